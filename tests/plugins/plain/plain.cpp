// Lets everything pass, without anything that waits.
#include <gatehouse/plugin.hpp>
using namespace gatehouse;

struct Plain {
  Verdict on_request(Exchange&) { return pass(); }
};
GATEHOUSE_PLUGIN(Plain, "plain", "1.0.0", "lets everything pass at once")
