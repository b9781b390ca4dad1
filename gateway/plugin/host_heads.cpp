// Heads and bodies, as plugins see them.
#include "base/ascii.h"
#include "http/host.h"
#include "http/query.h"
#include "http/status.h"
#include "observe/log.h"
#include "plugin/host.h"
#include "plugin/hosted_step.h"

namespace gatehouse::plugin {
namespace {

using exchange::Edits;
using exchange::Exchange;
using exchange::FixedFields;
using exchange::Side;

void request(gh_exchange* raw, gh_request* out) {
  Exchange& x = exchange_of(raw);
  const auto& head = x.request;
  *out = {};
  out->method = c_text(head.method_text);
  out->path = c_text(head.path);
  out->query = c_text(head.query);
  out->target = c_text(head.target);
  out->host = c_text(head.host);
  out->host_name = c_text(head.host_name);
  out->scheme = c_text(x.scheme());
  out->id = c_text(x.id);
  out->rule = c_text(x.rule);
  out->generation = x.generation;
  out->content_length = head.framing == http::Framing::chunked ? UINT64_MAX : head.content_length;
  out->has_body = head.framing == http::Framing::none ? 0 : 1;
  out->is_upgrade = head.upgrade_websocket ? 1 : 0;
}

Edits* edits(Exchange& x, std::uint32_t side) {
  if (side == GH_UPSTREAM) return &x.upstream;
  return side == GH_RESPONSE_HEAD ? &x.response : nullptr;
}
// Those of a head that may be changed still.
Edits* editable(Exchange& x, std::uint32_t side) {
  if (side != GH_UPSTREAM && side != GH_RESPONSE_HEAD) return nullptr;
  return x.may_edit(side == GH_UPSTREAM ? Side::upstream : Side::response) ? edits(x, side)
                                                                           : nullptr;
}

int header(gh_exchange* raw, std::uint32_t side, gh_text name, gh_text* value) {
  Exchange& x = exchange_of(raw);
  if (Edits* of = edits(x, side)) {
    const auto found = of->get(view(name));
    if (found) *value = c_text(*found);
    return found ? 1 : 0;
  }
  const http::FieldId id = http::field_id(view(name));
  const http::Field* field =
      id == http::FieldId::other ? x.request.find(view(name)) : x.request.find(id);
  if (field != nullptr) *value = c_text(field->value());
  return field != nullptr ? 1 : 0;
}

// Each field of a head, in the order in which they are written.
template <typename Visit>
void each_field(Exchange& x, std::uint32_t side, Visit visit) {
  const auto look = [&](const auto& field) {
    if (!field.dropped()) visit(field);
  };
  const Edits* of = edits(x, side);
  for (const auto& field : of != nullptr ? of->fields() : x.request.fields()) look(field);
  if (of == nullptr) return;
  for (const auto& field : of->extra()) look(field);
}

std::size_t count_header(gh_exchange* raw, std::uint32_t side, gh_text name, gh_text* first) {
  std::size_t count = 0;
  each_field(exchange_of(raw), side, [&](const auto& field) {
    const std::string_view its = field.name();
    if (its.size() != name.size || !ascii::equals_ignoring_case(its, view(name))) return;
    if (count++ == 0) *first = c_text(field.value());
  });
  return count;
}

std::size_t headers(gh_exchange* raw, std::uint32_t side, gh_field_line* to, std::size_t room) {
  std::size_t count = 0;
  each_field(exchange_of(raw), side, [&](const auto& field) {
    if (count < room) to[count] = {c_text(field.name()), c_text(field.value())};
    ++count;
  });
  return count;
}

// A head must fit where it is written: what steps add to an exchange is bounded.
constexpr std::size_t kMostAdded = 32768;

// Not what the codec says itself, since two of them could be read in two ways, nor a Host that is
// none.
bool may_stand(http::FieldId id, std::string_view value) {
  std::string_view host_name;
  switch (id) {
    case http::FieldId::connection:
    case http::FieldId::content_length:
    case http::FieldId::keep_alive:
    case http::FieldId::te:
    case http::FieldId::trailer:
    case http::FieldId::transfer_encoding:
    case http::FieldId::upgrade:
      return false;
    case http::FieldId::host:
      return http::split_host(value, host_name);
    default:
      return true;
  }
}

bool has_room(Exchange& x, std::size_t bytes) {
  x.space->added_bytes += bytes;
  return x.space->added_bytes <= kMostAdded;
}
bool take_room(Exchange& x, http::FieldId id, gh_text name, gh_text value) {
  return may_stand(id, view(value)) && has_room(x, name.size + value.size + 4);
}

int set_header(gh_exchange* raw, std::uint32_t side, gh_text name, gh_text value) {
  Exchange& x = exchange_of(raw);
  Edits* of = editable(x, side);
  if (of == nullptr || !take_room(x, http::field_id(view(name)), name, value)) return 0;
  return of->set(view(name), view(value)) ? 1 : 0;
}
int add_header(gh_exchange* raw, std::uint32_t side, gh_text name, gh_text value) {
  Exchange& x = exchange_of(raw);
  Edits* of = editable(x, side);
  const http::FieldId id = http::field_id(view(name));
  if (of == nullptr || !take_room(x, id, name, value)) return 0;
  // A request has one Host.
  const bool good = id == http::FieldId::host ? of->set(view(name), view(value))
                                              : of->add(view(name), view(value));
  return good ? 1 : 0;
}
int remove_header(gh_exchange* x, std::uint32_t side, gh_text name) {
  Edits* of = editable(exchange_of(x), side);
  if (of == nullptr || !is_removable(view(name))) return 0;
  of->remove(view(name));
  return 1;
}

const FixedFields& fields_of(const gh_fixed* fixed) {
  return *reinterpret_cast<const FixedFields*>(fixed);
}

gh_fixed* fix_headers(const gh_field_line* lines, std::size_t count) {
  std::vector<FixedFields::Pair> good;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = view(lines[i].name);
    const std::string_view value = view(lines[i].value);
    if (is_settable(name, value)) good.emplace_back(name, value);
  }
  return reinterpret_cast<gh_fixed*>(new FixedFields(good));
}
int add_fixed(gh_exchange* raw, std::uint32_t side, const gh_fixed* fixed) {
  Exchange& x = exchange_of(raw);
  Edits* of = editable(x, side);
  const FixedFields& added = fields_of(fixed);
  if (of == nullptr || !has_room(x, added.bytes())) return 0;
  of->append(added.fields());
  return 1;
}
int remove_fixed(gh_exchange* x, std::uint32_t side, const gh_fixed* fixed) {
  Edits* of = editable(exchange_of(x), side);
  if (of == nullptr) return 0;
  of->remove(fields_of(fixed));
  return 1;
}

int set_status(gh_exchange* raw, std::uint32_t status) {
  Exchange& x = exchange_of(raw);
  // A body that is on its way stays one: no status without.
  const bool has_body = status >= 200 && status <= 599 && status != 204 && status != 304;
  if (!has_body || x.response_status < 200 || !x.may_edit(Side::response)) return 0;
  x.set_status(static_cast<std::uint16_t>(status));
  return 1;
}

int set_path(gh_exchange* raw, gh_text text) {
  Exchange& x = exchange_of(raw);
  const std::string_view path = view(text);
  if (!is_upstream_path(path) || !x.may_edit(Side::upstream) || !has_room(x, path.size())) return 0;
  x.upstream_path = x.arena.copy(path);
  return 1;
}

bool has_in_query(std::string_view url, std::string_view name, Arena& arena) {
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return false;
  url = url.substr(question + 1, url.find('#', question) - question - 1);
  return http::without_parameter(url, name, arena).size() != url.size();
}

// A client may send several, though it should not.
bool is_in_referer(const http::RequestHead& head, std::string_view name, Arena& arena) {
  const http::Field* referer = head.find(http::FieldId::referer);
  for (; referer != nullptr; referer = head.next(referer)) {
    if (has_in_query(referer->value(), name, arena)) return true;
  }
  return false;
}

void hide_parameter(gh_exchange* raw, gh_text name) {
  Exchange& x = exchange_of(raw);
  http::RequestHead& head = x.request;
  if (is_in_referer(head, view(name), x.arena)) {
    head.remove(http::FieldId::referer);
    if (x.may_edit(Side::upstream)) x.upstream.drop(http::FieldId::referer);
  }
  if (x.upstream_query != nullptr)
    x.upstream_query = x.arena.make<std::string_view>(
        http::without_parameter(*x.upstream_query, view(name), x.arena));
  const std::string_view query = http::without_parameter(head.query, view(name), x.arena);
  if (query.size() == head.query.size()) return;
  const std::size_t before = head.target.size() - head.query.size() - (query.empty() ? 1 : 0);
  char* const target = x.arena.array<char>(before + query.size());
  std::copy(query.begin(), query.end(), std::copy_n(head.target.begin(), before, target));
  head.target = {target, before + query.size()};
  head.query = head.target.substr(before);
  head.has_query = !query.empty();
}

std::size_t write_address(const net::IpAddress& address, std::uint8_t* out) {
  const auto bytes = address.significant();
  std::copy(bytes.begin(), bytes.end(), out);
  return bytes.size();
}

exchange::FileBody file_of(const gh_answer& said) {
  if (said.error_page != GH_ANSWER_FILE) return {};
  return {said.file->descriptor, said.file->offset, said.file->size};
}

void answer(gh_exchange* raw, const gh_answer* said) {
  Exchange& x = exchange_of(raw);
  if (x.space->pending != nullptr) {
    StepState& state = static_cast<const HostedStep*>(x.space->step)->state();
    state.double_answers.fetch_add(1, std::memory_order_relaxed);
    constexpr std::string_view kSaid = "it answered twice in one call; the first answer counts";
    observe::log().write(observe::Event::step_complains, {{"step", state.name}, {"text", kSaid}});
    return file_of(*said).close();
  }
  x.space->pending = new (x.arena.allocate(sizeof(exchange::Verdict), alignof(exchange::Verdict)))
      exchange::Verdict(answer_of(x, *said));
}

}  // namespace

bool is_settable(std::string_view name, std::string_view value) {
  return ascii::is_token(name) && http::is_field_value(value) &&
         may_stand(http::field_id(name), value);
}

bool is_removable(std::string_view name) { return !ascii::equals_ignoring_case(name, "host"); }

bool is_upstream_path(std::string_view path) {
  return path.starts_with('/') && path.size() <= kMostAdded &&
         std::all_of(path.begin(), path.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
}

exchange::Verdict answer_of(Exchange& x, const gh_answer& said) {
  exchange::Verdict out;
  out.kind = exchange::Verdict::Kind::answer;
  out.reason = said.status < 400 && said.error_page != 1 ? Reason::served : Reason::denied;
  for (std::size_t i = 0; said.reason.size != 0 && i < kReasonCount; ++i) {
    if (kReasons[i].word == view(said.reason)) out.reason = static_cast<Reason>(i);
  }
  out.status = static_cast<std::uint16_t>(said.status);
  if (said.status == 0) out.status = row(out.reason).status;
  if (out.status < 200 || out.status > 599) out.status = row(Reason::step_failed).status;
  out.content_type = x.arena.copy(view(said.content_type));
  out.body = x.arena.copy(view(said.body));
  out.error_page = said.error_page == 1;
  x.space->file.close();
  x.space->file = file_of(said);
  out.file = x.space->file.open();
  Edits fields(x.arena);
  for (std::size_t i = 0; i < said.header_count; ++i) {
    const std::string_view name = view(said.headers[i].name);
    if (take_room(x, http::field_id(name), said.headers[i].name, said.headers[i].value))
      static_cast<void>(fields.add(name, view(said.headers[i].value)));
  }
  out.fields = fields.extra();
  return out;
}

void put_heads(gh_host& table) {
  table.request = &request;
  table.method = [](gh_exchange* x) { return c_text(exchange_of(x).request.method_text); };
  table.header = &header;
  table.headers = &headers;
  table.count_header = &count_header;
  table.set_header = &set_header;
  table.add_header = &add_header;
  table.remove_header = &remove_header;
  table.fix_headers = &fix_headers;
  table.free_fixed = [](gh_fixed* fixed) { delete reinterpret_cast<FixedFields*>(fixed); };
  table.add_fixed = &add_fixed;
  table.remove_fixed = &remove_fixed;
  table.status = [](gh_exchange* x) { return std::uint32_t{exchange_of(x).response_status}; };
  table.set_status = &set_status;
  table.response_length = [](gh_exchange* x) { return exchange_of(x).response_length(); };
  table.set_path = &set_path;
  table.upstream_target = [](gh_exchange* raw, gh_text* path, gh_text* query) {
    const Exchange& x = exchange_of(raw);
    *path = c_text(x.upstream_path);
    *query = c_text(x.upstream_query != nullptr ? *x.upstream_query : x.request.query);
  };
  table.hide_parameter = &hide_parameter;
  table.client_address = [](gh_exchange* x, std::uint8_t* out) {
    return write_address(exchange_of(x).client, out);
  };
  table.peer_address = [](gh_exchange* x, std::uint8_t* out) {
    return write_address(exchange_of(x).peer, out);
  };
  table.client_text = [](gh_exchange* x) {
    return c_text(exchange_of(x).arena.copy(exchange_of(x).client.ip_text()));
  };
  table.reason = [](gh_exchange* x) { return c_text(word(exchange_of(x).reason)); };
  table.allocate = [](gh_exchange* x, std::size_t size, std::size_t alignment) {
    return exchange_of(x).arena.allocate(size, alignment);
  };
  table.answer = &answer;
  table.rewrite_body = [](gh_exchange* x, std::uint32_t side) {
    exchange_of(x).rewrite_body(side == GH_UPSTREAM ? Side::upstream : Side::response);
  };
  table.replace_body = [](gh_exchange* x, gh_text body) {
    return exchange_of(x).replace_body(view(body)) ? 1 : 0;
  };
}

}  // namespace gatehouse::plugin
