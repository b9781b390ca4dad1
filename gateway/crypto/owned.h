// OpenSSL's objects with an owner.
#pragma once

#include <memory>

namespace gatehouse::crypto {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

}  // namespace gatehouse::crypto
