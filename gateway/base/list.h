// Doubly linked lists whose links live in the members: no allocation, O(1) removal from wherever a
// thing is.
#pragma once

#include <cstddef>

namespace gatehouse {

// A link; `Tag` tells several homes of one object apart.  Unlinks itself when destroyed.
template <typename Tag>
class ListLink {
 public:
  ListLink() noexcept : prev_(this), next_(this) {}
  ~ListLink() { unlink(); }
  ListLink(const ListLink&) = delete;
  ListLink& operator=(const ListLink&) = delete;

  [[nodiscard]] bool linked() const noexcept { return next_ != this; }
  void unlink() noexcept {
    prev_->next_ = next_;
    next_->prev_ = prev_;
    prev_ = next_ = this;
  }

 private:
  template <typename T, typename U>
  friend class List;
  ListLink* prev_;
  ListLink* next_;
};

// A list of `T`, which derives from ListLink<Tag>.  Owns nothing.
template <typename T, typename Tag>
class List {
  using Link = ListLink<Tag>;

 public:
  [[nodiscard]] bool empty() const noexcept { return !head_.linked(); }
  [[nodiscard]] T* front() noexcept { return empty() ? nullptr : static_cast<T*>(head_.next_); }
  [[nodiscard]] T* back() noexcept { return empty() ? nullptr : static_cast<T*>(head_.prev_); }
  // The member after `item`, or nullptr at the end.
  [[nodiscard]] T* after(T& item) noexcept {
    Link* next = static_cast<Link&>(item).next_;
    return next == &head_ ? nullptr : static_cast<T*>(next);
  }

  void push_front(T& item) noexcept { insert(&head_, item); }
  void push_back(T& item) noexcept { insert(head_.prev_, item); }
  T* pop_front() noexcept {
    T* item = front();
    if (item != nullptr) static_cast<Link*>(item)->unlink();
    return item;
  }

 private:
  void insert(Link* after, T& item) noexcept {
    Link* link = &static_cast<Link&>(item);
    link->unlink();
    link->prev_ = after;
    link->next_ = after->next_;
    after->next_->prev_ = link;
    after->next_ = link;
  }
  Link head_;
};

}  // namespace gatehouse
