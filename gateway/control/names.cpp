#include "control/names.h"

#include <algorithm>

#include "observe/log.h"

namespace gatehouse::control {

namespace {
// A short TTL must not make a storm, a missing one (the hosts file) not be believed for ever.
constexpr std::chrono::seconds kShortest{5};
constexpr std::chrono::seconds kLongest{300};
constexpr std::chrono::seconds kUnsaid{30};
constexpr std::chrono::seconds kAfterFailure{5};

std::vector<std::string> texts_of(const std::vector<net::Address>& addresses) {
  std::vector<std::string> texts;
  for (const auto& address : addresses) texts.push_back(address.text());
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

struct Names::Entry : event::Timer {
  Entry(Names& owner, std::string name, std::uint16_t target_port)
      : Timer([](event::Timer& timer) {
          auto& entry = static_cast<Entry&>(timer);
          entry.names.look_up(entry);
        }),
        names(owner),
        host(std::move(name)),
        port(target_port) {}

  Names& names;
  const std::string host;
  const std::uint16_t port;
  std::vector<std::pair<std::uint32_t, std::string>> uses;  // group slot, target
  Known known;
  bool asked = false;
  bool wanted = true;
};

Names::Names(event::Loop& loop, net::Resolver& resolver, Changed changed)
    : loop_(loop), resolver_(resolver), changed_(std::move(changed)) {}
Names::~Names() = default;

void Names::follow(const snapshot::Snapshot& snapshot) {
  for (auto& [text, entry] : entries_) {
    entry->wanted = false;
    entry->uses.clear();
  }
  const auto use = [&](std::uint32_t slot, const auto& named) {
    if (named.host.empty()) return;
    auto& entry = entries_[named.text];
    if (entry == nullptr) entry = std::make_unique<Entry>(*this, named.host, named.port);
    entry->wanted = true;
    entry->uses.emplace_back(slot, named.text);
    // Known from the generation before: the workers' new targets are told, too.
    if (!entry->known.addresses.empty()) changed_(slot, named.text, entry->known.addresses);
  };
  for (const auto& group : snapshot.groups) {
    for (const auto& target : group.targets) use(group.lease->slot(), target);
  }
  if (snapshot.redis) use(kStore, *snapshot.redis);
  std::erase_if(entries_, [](const auto& e) { return !e.second->wanted && !e.second->asked; });
  for (auto& [text, entry] : entries_) {
    if (entry->wanted && !entry->asked && !entry->armed()) look_up(*entry);
  }
}

const Names::Known* Names::find(const std::string& target) const {
  const auto at = entries_.find(target);
  return at == entries_.end() ? nullptr : &at->second->known;
}

void Names::look_up(Entry& entry) {
  entry.asked = true;
  const std::string key = entry.host + ':' + std::to_string(entry.port);
  resolver_.resolve(entry.host, entry.port, [this, key](Result<net::Resolved> answer) {
    if (const auto at = entries_.find(key); at != entries_.end())
      answered(*at->second, std::move(answer));
  });
}

void Names::answered(Entry& entry, Result<net::Resolved> answer) {
  entry.asked = false;
  if (!entry.wanted) {
    entries_.erase(entry.host + ':' + std::to_string(entry.port));
    return;
  }
  if (!answer) {
    if (entry.known.error.empty()) {
      observe::log().write(observe::Event::name_unresolved,
                           {{"name", entry.host}, {"error", answer.error().tried}});
    }
    entry.known.error = answer.error().tried;
    loop_.timers().arm(entry, Micros(kAfterFailure));
    return;
  }
  entry.known.error.clear();
  const auto texts = texts_of(answer->addresses);
  if (texts != texts_of(entry.known.addresses)) {
    entry.known.addresses = std::move(answer->addresses);
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
    observe::log().write(observe::Event::target_resolved,
                         {{"name", entry.host}, {"addresses", all}});
    for (const auto& [slot, target] : entry.uses) changed_(slot, target, entry.known.addresses);
  }
  const auto again =
      answer->ttl.count() == 0 ? kUnsaid : std::clamp(answer->ttl, kShortest, kLongest);
  loop_.timers().arm(entry, Micros(again));
}

}  // namespace gatehouse::control
