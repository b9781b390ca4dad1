#include "exchange/services.h"

namespace gatehouse::exchange {
namespace {
thread_local Services* here = nullptr;
}

Services* services_here() { return here; }
void set_services_here(Services* services) { here = services; }

}  // namespace gatehouse::exchange
