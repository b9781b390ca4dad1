// Answers, compressed for clients that take it.
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>
#include <stdexcept>

#include "choice.h"

namespace compression {

using namespace gatehouse;

struct Compression {
  using Config = compression::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) {
    if (config.codings.empty())
      problems.error("codings", "a list without codings compresses nothing");
    for (std::size_t i = 0; i < config.types.size(); ++i) {
      const std::string& type = config.types[i];
      if (type.find('/') == std::string::npos || type.find(';') != std::string::npos)
        problems.error("types[" + std::to_string(i) + "]", "this is no content type", "text/html");
    }
  }

  static void explain(const Config& config, Explained& would) {
    const Request request = would.request();
    Lists lists;
    would.says(foretold(config, of_request(request, lists)));
  }

  // What one body needs; its place among `most` goes with it.
  struct Memo {
    Memo() = default;
    Memo(const Memo&) = delete;
    Memo& operator=(const Memo&) = delete;
    ~Memo() {
      if (under_way != nullptr) --*under_way;
    }
    std::unique_ptr<Encoder> encoder;
    std::string out;
    std::uint32_t* under_way = nullptr;
    bool flushes = false;
  };

  const Config& config;
  std::uint32_t under_way = 0;
  Counter bodies{}, bytes_in{}, bytes_out{}, spared{}, full{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("bodies", &Compression::bodies, "bodies that were compressed"),
      metric("bytes_in", &Compression::bytes_in, "bytes of them before"),
      metric("bytes_out", &Compression::bytes_out, "and after"),
      metric("spared", &Compression::spared,
             "bodies that the client did not want compressed, or that may hold secrets"),
      metric("full", &Compression::full, "bodies that were one too many for the worker"));

  Verdict on_response(Exchange& x, Memo& memo) {
    const Request request = x.request();
    const Response response = x.response();
    const EditableHeaders fields = response.headers();
    Lists lists;
    Facts facts = of_request(request, lists);
    facts.status = response.status();
    facts.content_type = fields.get("Content-Type");
    facts.content_encoding = fields.joined("Content-Encoding", lists.content_encoding);
    facts.cache_control = fields.joined("Cache-Control", lists.cache_control);
    facts.sets_cookie = fields.has("Set-Cookie");
    facts.is_part = fields.has("Content-Range");
    facts.length = response.content_length();
    const Choice choice = choose(config, facts);
    // Nobody knows when the next piece of a body without a length comes.
    const bool live = is_live(facts.content_type) || !facts.length;
    // From here on fields change, and what was read of them may be gone.
    if (choice.depends) add_vary(fields);
    if (choice.depends && !choice.coding) ++spared;
    if (choice.coding) start(response, *choice.coding, live, memo);
    return pass();
  }

  Verdict on_response_body(Exchange&, Memo& memo, Body& body) {
    if (memo.encoder == nullptr) return pass();
    memo.out.clear();
    const Piece piece = body.is_last() ? Piece::last : memo.flushes ? Piece::flush : Piece::more;
    if (!memo.encoder->encode(body.bytes(), piece, memo.out))
      throw std::runtime_error("a body could not be compressed");
    bytes_in.add(body.bytes().size());
    bytes_out.add(memo.out.size());
    body.replace(memo.out);
    return pass();
  }

 private:
  // Those that stand in several fields.
  struct Lists {
    std::string accept_encoding, request_cache_control, content_encoding, cache_control;
  };
  static Facts of_request(const Request& request, Lists& lists) {
    const Headers fields = request.headers();
    return {.method = request.method(),
            .accept_encoding = fields.joined("Accept-Encoding", lists.accept_encoding),
            .request_cache_control = fields.joined("Cache-Control", lists.request_cache_control),
            .fetch_site = request.header("Sec-Fetch-Site"),
            .has_cookie = fields.has("Cookie"),
            .authorization = request.header("Authorization")};
  }
  void start(const Response& response, Coding coding, bool live, Memo& memo) {
    if (under_way >= config.most ||
        (memo.encoder = make_encoder(coding, int(config.level))) == nullptr) {
      ++full;
      return;
    }
    memo.under_way = &++under_way;
    memo.flushes = live;
    ++bodies;
    response.rewrite_body();
    const EditableHeaders fields = response.headers();
    fields.set("Content-Encoding", coding == Coding::br ? "br" : "gzip");
    // Of the bytes that were.
    for (const std::string_view name :
         {"Accept-Ranges", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest"})
      fields.remove(name);
    // Two bodies of one strong ETag would have the same bytes (RFC 9110 8.8.1).
    const std::string etag(fields.get("ETag"));
    if (etag.starts_with('"')) fields.set("ETag", "W/" + etag);
  }

  static void add_vary(const EditableHeaders& fields) {
    bool is_there = false;
    fields.each([&](std::string_view name, std::string_view value) {
      if (!gatehouse::detail::same_word(name, "Vary")) return;
      gatehouse::each_item(value, [&](std::string_view item) {
        is_there = is_there || item == "*" || gatehouse::detail::same_word(item, "Accept-Encoding");
      });
    });
    if (!is_there) fields.add("Vary", "Accept-Encoding");
  }
};

}  // namespace compression

GATEHOUSE_PLUGIN(compression::Compression, "compression", "1.0.0",
                 "compresses answers for clients that take it")
