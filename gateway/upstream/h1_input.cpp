#include "upstream/h1_input.h"

#include <algorithm>

namespace gatehouse::upstream {

using http::Framing;

void H1Input::begin(Framing framing, std::uint64_t length, Arena& arena,
                    std::size_t trailer_limit) {
  framing_ = framing;
  left_ = framing == Framing::length ? length : 0;
  done_ = framing == Framing::none || (framing == Framing::length && length == 0);
  received_ = 0;
  if (framing == Framing::chunked) chunked_.begin(arena, trailer_limit);
}

H1Input::Step H1Input::next(std::string_view in) {
  Step step;
  if (done_) {
    step.done = true;
    return step;
  }
  if (framing_ == Framing::chunked) {
    const auto chunk = chunked_.next(in);
    step = {chunk.consumed, chunk.data, chunk.done, chunk.invalid};
  } else {
    const std::size_t take =
        framing_ == Framing::length
            ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()))
            : in.size();
    step.consumed = take;
    step.data = in.substr(0, take);
    if (framing_ == Framing::length) {
      left_ -= take;
      step.done = left_ == 0;
    }
  }
  received_ += step.data.size();
  done_ = step.done;
  return step;
}

bool H1Input::spliced(std::uint64_t n) {
  received_ += n;
  if (framing_ == Framing::length) {
    left_ -= n;
    done_ = left_ == 0;
  }
  return done_;
}

}  // namespace gatehouse::upstream
