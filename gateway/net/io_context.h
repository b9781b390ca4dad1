// What everything that does input and output on a worker shares.
#pragma once

#include "base/buffer.h"
#include "event/loop.h"
#include "net/outbox.h"
#include "net/splice.h"

namespace gatehouse::net {

// Thread: its worker's.  Owns nothing.
struct IoContext {
  event::Loop& loop;
  BufferPool& buffers;
  IoScratch& scratch;
  PipePool& pipes;
};

}  // namespace gatehouse::net
