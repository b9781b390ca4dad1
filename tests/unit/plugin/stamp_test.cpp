// What is read of a plugin's file before it is loaded.
#include "plugin/stamp.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

namespace gatehouse::plugin {
namespace {

gh_stamp good_stamp() {
  gh_stamp stamp{};
  std::memcpy(stamp.magic, "gatehse", 8);
  stamp.major = GH_ABI_MAJOR;
  stamp.minor = GH_ABI_MINOR;
  stamp.plugin_size = sizeof(gh_plugin);
  stamp.host_size = sizeof(gh_host);
  stamp.field_size = sizeof(gh_field);
  stamp.values_size = GH_VALUES_SIZE;
  std::memcpy(stamp.name, "greeter", 8);
  std::memcpy(stamp.version, "1.2.0", 6);
  return stamp;
}

template <typename T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// A shared object with two sections and nothing else.
std::string file_with(const gh_stamp& stamp) {
  const std::string names(".names\0" GH_STAMP_SECTION "\0", 7 + sizeof(GH_STAMP_SECTION));
  Elf64_Ehdr head{};
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_type = ET_DYN;
#if defined(__x86_64__)
  head.e_machine = EM_X86_64;
#else
  head.e_machine = EM_AARCH64;
#endif
  head.e_shentsize = sizeof(Elf64_Shdr);
  head.e_shnum = 2;
  head.e_shoff = sizeof head;
  Elf64_Shdr texts{};
  texts.sh_offset = sizeof head + 2 * sizeof(Elf64_Shdr);
  Elf64_Shdr ours{};
  ours.sh_name = 7;
  ours.sh_offset = texts.sh_offset + names.size();
  ours.sh_size = sizeof stamp;
  return bytes_of(head) + bytes_of(texts) + bytes_of(ours) + names + bytes_of(stamp);
}

TEST(Stamp, is_read_from_the_file_and_fits) {
  const auto stamp = read_stamp(file_with(good_stamp()));
  ASSERT_TRUE(stamp.has_value()) << stamp.error().why;
  EXPECT_STREQ(stamp->name, "greeter");
  EXPECT_FALSE(misfit(*stamp).has_value());
}

TEST(Stamp, is_not_there_in_a_file_that_is_cut_anywhere) {
  const std::string whole = file_with(good_stamp());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy, so that reading behind its end is noticed.
    const std::string cut(whole.data(), size);
    EXPECT_FALSE(read_stamp(cut).has_value()) << size;
  }
}

TEST(Stamp, is_not_there_in_a_file_with_any_byte_of_its_tables_changed_to_the_largest) {
  const std::string whole = file_with(good_stamp());
  for (std::size_t at = 0; at < sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Shdr); ++at) {
    std::string odd = whole;
    odd[at] = '\xff';
    const auto stamp = read_stamp(odd);  // some bytes mean nothing to us
    if (stamp.has_value()) {
      EXPECT_STREQ(stamp->name, "greeter") << at;
    }
  }
}

TEST(Stamp, of_an_older_minor_fits_when_nothing_is_larger) {
  if (GH_ABI_MINOR == 0) return;
  gh_stamp stamp = good_stamp();
  stamp.minor = GH_ABI_MINOR - 1;
  stamp.plugin_size -= 8;
  EXPECT_FALSE(misfit(stamp).has_value());
  stamp.host_size += 8;
  EXPECT_TRUE(misfit(stamp).has_value());
}

TEST(Stamp, that_does_not_fit_says_both_numbers) {
  gh_stamp stamp = good_stamp();
  stamp.major = 9;
  EXPECT_EQ(misfit(stamp)->why.substr(0, 45), "greeter 1.2.0 was built for interface 9.6, th");
  stamp = good_stamp();
  stamp.plugin_size = 8;
  EXPECT_EQ(misfit(stamp)->why, "greeter 1.2.0 has 8 bytes for gh_plugin, this gateway has " +
                                    std::to_string(sizeof(gh_plugin)) + " (interface 0.6)");
}

}  // namespace
}  // namespace gatehouse::plugin
