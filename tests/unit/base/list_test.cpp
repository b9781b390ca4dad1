#include "base/list.h"

#include <gtest/gtest.h>

namespace gatehouse {
namespace {

struct Home;
struct Item : ListLink<Home> {
  explicit Item(int v) : value(v) {}
  int value;
};

TEST(List, keeps_the_order_in_which_things_were_pushed) {
  List<Item, Home> list;
  Item a(1), b(2), c(3);
  list.push_back(b);
  list.push_back(c);
  list.push_front(a);
  EXPECT_EQ(list.pop_front()->value, 1);
  EXPECT_EQ(list.pop_front()->value, 2);
  EXPECT_EQ(list.pop_front()->value, 3);
  EXPECT_EQ(list.pop_front(), nullptr);
}

TEST(List, forgets_an_item_that_is_destroyed) {
  List<Item, Home> list;
  Item stays(1);
  list.push_back(stays);
  {
    Item goes(2);
    list.push_back(goes);
    EXPECT_EQ(list.back()->value, 2);
  }
  EXPECT_EQ(list.back(), &stays);
}

TEST(List, pushing_again_moves_instead_of_duplicating) {
  List<Item, Home> list;
  Item a(1), b(2);
  list.push_back(a);
  list.push_back(b);
  list.push_back(a);
  EXPECT_EQ(list.front()->value, 2);
  EXPECT_EQ(list.after(b)->value, 1);
  EXPECT_EQ(list.after(a), nullptr);
}

}  // namespace
}  // namespace gatehouse
