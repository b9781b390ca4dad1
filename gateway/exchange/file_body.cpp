#include "exchange/file_body.h"

#include <unistd.h>

#include <utility>

namespace gatehouse::exchange {

void FileBody::close() {
  if (open()) ::close(std::exchange(descriptor, -1));
}

}  // namespace gatehouse::exchange
