#include "fixed_answers.h"

#include <span>
#include <utility>
#include <vector>

namespace cors {
namespace {

using gatehouse::FixedHeaders;
using gatehouse::HeaderLine;

FixedHeaders names_of(std::span<const std::string_view> names) {
  std::vector<HeaderLine> lines;
  for (const std::string_view name : names) lines.push_back({name, {}});
  return FixedHeaders(lines);
}

FixedAnswer answer_to(const Answers& answers, std::string_view origin) {
  std::vector<HeaderLine> lines;
  answers.response(origin, [&](std::string_view name, std::string_view value) {
    lines.push_back({name, value});
  });
  FixedHeaders alone(lines);
  lines.push_back({"Vary", "Origin"});
  return {std::move(alone), FixedHeaders(lines)};
}

}  // namespace

FixedAnswers::FixedAnswers(const Config& config, const Answers& answers)
    : replaced(names_of(kReplaced)) {
  if (answers.constant()) any_ = answer_to(answers, {});
  for (const std::string& origin : config.origins) {
    if (origin.find('*') == std::string::npos)
      by_origin_.emplace(origin, answer_to(answers, origin));
  }
}

const FixedAnswer* FixedAnswers::of(std::string_view origin) const {
  if (any_) return &*any_;
  const auto at = by_origin_.find(origin);
  return at == by_origin_.end() ? nullptr : &at->second;
}

}  // namespace cors
