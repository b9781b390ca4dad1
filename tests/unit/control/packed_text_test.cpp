#include "control/packed_text.h"

#include <gtest/gtest.h>

namespace gatehouse::control {
namespace {

TEST(PackedText, gives_back_what_it_was_given) {
  std::string any;
  for (unsigned i = 0; i < 4096; ++i) any += static_cast<char>(i * 2654435761U >> 13);
  for (const std::string& text : {std::string(), std::string("version: 1\n"), any, any + any}) {
    const PackedText packed(text);
    EXPECT_EQ(packed.text(), text);
    EXPECT_EQ(packed.size(), text.size());
  }
  EXPECT_EQ(PackedText().text(), "");
}

}  // namespace
}  // namespace gatehouse::control
