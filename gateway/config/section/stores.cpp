// Shared state outside the gateway.
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

// With a name and a password in it no message shows it.
void read_url(Reader& reader, const Node& node, const Row&, void* object) {
  const bool secret = node.text.starts_with("file:") || node.text.find('@') != std::string::npos;
  const auto text = secret ? reader.secret(node) : reader.text(node, "an address");
  if (!text || text->empty()) return;
  if (text->starts_with("rediss://"))
    return reader.error(node.span, "not-available",
                        "TLS to Redis is not available yet: a later version brings it",
                        "reach it through a private network or a Unix socket");
  auto url = parse_redis_url(*text);
  if (!url)
    return reader.error(node.span, "wrong-value",
                        "this is no address such as redis://USER:PASSWORD@127.0.0.1:6379/0",
                        "or unix:///run/redis/redis.sock?db=0");
  static_cast<RedisSpec*>(object)->url = std::move(*url);
}

constexpr Row kRedis[] = {
    Row{"url",
        "redis://[USER:PASSWORD@]HOST:PORT/DB or unix:///PATH?db=DB",
        {.required = true, .format = &kRedisUrl},
        read_url,
        [] { return shape_of(Of<std::string>{}); }},
    field<&RedisSpec::timeout>("timeout", "longest wait for an answer", {.min = 1, .max = 60'000}),
    field<&RedisSpec::queue>("queue", "commands of a worker that wait for their answers",
                             {.min = 1, .max = 1'000'000}),
    field<&RedisSpec::reply>("reply", "largest answer", {.min = 1024, .max = 1ULL << 30}),
};

constexpr Row kStores[] = {
    field<&StoresSpec::redis>("redis", "shared state of several gateways",
                              {.example = "{url: \"redis://127.0.0.1:6379/0\", timeout: 100ms}"}),
    checked<std::string>("chat", "sqlite:FILE or postgresql://…",
                         {.later = "chat", .format = &kHistoryUrl}),
};

}  // namespace

Table table_of(const RedisSpec&) { return kRedis; }
Table table_of(const StoresSpec&) { return kStores; }

}  // namespace gatehouse::config
