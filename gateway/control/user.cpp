#include "control/user.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "observe/log.h"

namespace gatehouse::control {

Status become_user(const std::string& user) {
  if (user.empty()) {
    if (::geteuid() == 0) observe::log().write(observe::Event::user_is_root);
    return {};
  }
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr)
    return fail("user: there is no user '" + user + "'", 0, "create it, or leave `user:` out");
  if (::geteuid() == entry->pw_uid) return {};
  if (::geteuid() != 0)
    return fail("user: only a gateway started as root can become '" + user + "'", 0,
                "leave `user:` out, or start as root");
  if (::initgroups(user.c_str(), entry->pw_gid) != 0 || ::setgid(entry->pw_gid) != 0 ||
      ::setuid(entry->pw_uid) != 0) {
    return tl::make_unexpected(system_error("become user '" + user + "'"));
  }
  return {};
}

}  // namespace gatehouse::control
