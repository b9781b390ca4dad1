#include "event/thread.h"

#include <pthread.h>

namespace gatehouse::event {

Thread::Thread(const std::string& name, std::function<void()> body) : thread_(std::move(body)) {
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

}  // namespace gatehouse::event
