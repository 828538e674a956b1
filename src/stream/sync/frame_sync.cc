#include "stream/sync/frame_sync.h"

#include <cassert>

namespace seafusion::stream {

void FrameSync::Add(StreamSide side, std::int64_t time) {
  Stream& stream = Of(side);
  assert(!stream.next && !stream.ended);
  stream.next = Frame{stream.count++, time};
}

void FrameSync::End(StreamSide side, std::int64_t end) {
  Stream& stream = Of(side);
  assert(!stream.next);
  stream.ended = true;
  stream.end = end;
}

void FrameSync::EndAll(StreamSide side, std::int64_t end) {
  options_.shortest = true;
  End(side, end);
}

FrameSync::Step FrameSync::Next() {
  Stream& secondary = Of(StreamSide::kSecondary);
  const Stream& primary = Of(StreamSide::kPrimary);
  while (true) {
    // One frame ahead of either side: without it, neither "the latest" nor "the nearest" is known.
    for (const StreamSide side : {StreamSide::kPrimary, StreamSide::kSecondary}) {
      if (!Of(side).next && !Of(side).ended) return {.kind = Step::Kind::kNeed, .need = side};
    }
    // Nothing belongs to the time after the primary's last frame until that frame is over.
    const bool due = secondary.next && (primary.next ? secondary.next->time <= primary.next->time
                                                     : secondary.next->time < primary.end);
    if (!due) break;
    secondary.current = secondary.next;
    secondary.next.reset();
  }
  return primary.next ? PrimaryFrame() : AfterPrimary();
}

FrameSync::Step FrameSync::PrimaryFrame() {
  Stream& primary = Of(StreamSide::kPrimary);
  const Stream& secondary = Of(StreamSide::kSecondary);
  const std::int64_t time = primary.next->time;
  std::optional<Frame> partner = secondary.current;
  if (options_.ts_sync == TimestampSync::kNearest && secondary.next &&
      (!partner || secondary.next->time - time < time - partner->time)) {
    partner = secondary.next;
  }
  if (secondary.Over(time)) {
    if (EndsTogether()) return {};
    if (options_.eof_action == EofAction::kPass) partner.reset();
  }
  primary.current = primary.next;
  primary.next.reset();
  return {.kind = Step::Kind::kPair,
          .time = time,
          .primary = primary.current->index,
          .secondary = partner ? partner->index : -1};
}

FrameSync::Step FrameSync::AfterPrimary() {
  const Stream& primary = Of(StreamSide::kPrimary);
  Stream& secondary = Of(StreamSide::kSecondary);
  const bool goes_on = !EndsTogether() && options_.eof_action == EofAction::kRepeat;
  if (!goes_on || !primary.current || !secondary.next) return {};
  secondary.current = secondary.next;
  secondary.next.reset();
  return {.kind = Step::Kind::kPair,
          .time = secondary.current->time,
          .primary = primary.current->index,
          .secondary = secondary.current->index};
}

}  // namespace seafusion::stream
