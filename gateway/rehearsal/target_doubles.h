// What stands in for the targets of a file: it answers as a test says, and remembers what it was
// asked.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "rehearsal/ask.h"
#include "rehearsal/memory_net.h"

namespace gatehouse::rehearsal {

class TargetDoubles {
 public:
  // An answer of a group to the requests of a method and a path, if it says them: keys method,
  // path, those of `answer_of`, or `fails`: refused (the connection), silent (no answer ever
  // comes).  What is said later goes before.  Throws Mistake.
  void answers(const std::string& group, const Json& said);
  // A connection to a target of that group; null: it is refused.
  [[nodiscard]] std::shared_ptr<FarEnd> connection(const std::string& group);

  struct Asked {
    std::string group;
    Message request;
  };
  // Since the last call of this.
  [[nodiscard]] std::vector<Asked> take_asked() { return std::exchange(asked_, {}); }

 private:
  friend class TargetConnection;
  enum class Fails : std::uint8_t { never, refused, silent };
  struct Answer {
    std::string group, method, path;
    Message message;
    Fails fails = Fails::never;
  };
  // The bytes of the answer; "": none comes.
  [[nodiscard]] std::string asked(const std::string& group, Message request);

  std::deque<Answer> answers_;
  std::vector<Asked> asked_;
};

}  // namespace gatehouse::rehearsal
