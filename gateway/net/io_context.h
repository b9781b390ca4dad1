// What everything that does input and output on a worker shares.
#pragma once

#include "base/buffer.h"
#include "event/loop.h"
#include "net/outbox.h"
#include "net/send_batch.h"
#include "net/splice.h"

namespace gatehouse::net {

// Thread: its worker's.  Owns nothing.
struct IoContext {
  event::Loop& loop;
  BufferPool& buffers;
  IoScratch& scratch;
  PipePool& pipes;
  SendBatch& batch;

  // Where a head may be written that is about to be handed to an output.
  [[nodiscard]] std::span<char> head_room() const {
    const std::span<char> room = batch.room();
    return room.empty() ? std::span<char>(scratch.out) : room;
  }
};

}  // namespace gatehouse::net
