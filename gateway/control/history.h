// The configurations that were live, so that any of them can come back.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/result.h"
#include "control/packed_text.h"

namespace gatehouse::control {

struct Generation {
  std::uint64_t number = 0;
  std::uint64_t hash = 0;
  std::int64_t wall_s = 0;  // when it went live, seconds since 1970
  std::string changed;      // what was different from the one before, for people
  PackedText file;          // its bytes
};

// Keeps the last `keep` generations: in memory, and in `folder` if there is one, so that they
// survive a restart. Thread: control.  A folder that cannot be written is reported once by `store`,
// the history goes on in memory.
class History {
 public:
  History() = default;

  // Reads what `folder` holds ("": memory only).  Files that are not ours are left alone.
  void open(const std::string& folder, std::size_t keep);
  // Whether `folder` is there, or could be made, and can be written.
  [[nodiscard]] Status writable() const;
  // Errors: the disk's.
  Status store(Generation generation);
  [[nodiscard]] const std::deque<Generation>& all() const { return generations_; }
  // Notes that generation `number` stands in for the file whose bytes have this hash, so that a
  // restart goes on with it; `let_go` ends that.
  void hold(std::uint64_t file_hash, std::uint64_t number);
  void let_go();
  [[nodiscard]] const Generation* held(std::uint64_t file_hash) const;
  [[nodiscard]] const Generation* find(std::uint64_t number) const;
  // The newest one with other bytes than `hash`.
  [[nodiscard]] const Generation* before(std::uint64_t hash) const;
  [[nodiscard]] std::uint64_t last_number() const;
  // 0: there is none.
  [[nodiscard]] std::uint64_t last_hash() const {
    return generations_.empty() ? 0 : generations_.back().hash;
  }

 private:
  [[nodiscard]] std::string held_path() const;
  [[nodiscard]] std::string path_of(const Generation& generation) const;
  void trim();

  std::string folder_;
  std::size_t keep_ = 20;
  std::deque<Generation> generations_;
};

}  // namespace gatehouse::control
