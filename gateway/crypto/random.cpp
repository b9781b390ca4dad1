#include "crypto/random.h"

#include <openssl/rand.h>

#include "base/check.h"

namespace gatehouse::crypto {

std::string random_bytes(std::size_t size) {
  std::string out(size, '\0');
  GH_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) == 1);
  return out;
}

}  // namespace gatehouse::crypto
