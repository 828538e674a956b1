#include "stream/sync/stream_pairs.h"

#include <array>
#include <deque>
#include <utility>

#include "stream/read/latest_frame.h"

namespace seafusion::stream {
namespace {

class SyncedPairs : public PairSource {
 public:
  SyncedPairs(std::unique_ptr<FrameSource> infrared, std::unique_ptr<FrameSource> visible,
              const SyncOptions& options, bool failure_is_end)
      : sync_(options), failure_is_end_(failure_is_end) {
    Of(StreamSide::kPrimary).source = std::move(visible);
    Of(StreamSide::kSecondary).source = std::move(infrared);
  }

  std::optional<StreamPair> Next() override {
    while (true) {
      const FrameSync::Step step = sync_.Next();
      switch (step.kind) {
        case FrameSync::Step::Kind::kNeed:
          Feed(step.need);
          break;
        case FrameSync::Step::Kind::kPair:
          if (!begin_) begin_ = step.time;
          return StreamPair{.infrared = Take(Of(StreamSide::kSecondary), step.secondary),
                            .visible = Take(Of(StreamSide::kPrimary), step.primary),
                            .time = step.time - *begin_};
        case FrameSync::Step::Kind::kEnd:
          return std::nullopt;
      }
    }
  }

  StreamCounts infrared() const override { return Counts(StreamSide::kSecondary); }
  StreamCounts visible() const override { return Counts(StreamSide::kPrimary); }

 private:
  struct Stream {
    std::unique_ptr<FrameSource> source;
    // The frames that FrameSync may still name; the first has number `first`.
    std::deque<FramePtr> frames;
    std::int64_t first = 0;
    std::int64_t last_taken = -1;
    std::uint64_t used = 0;
    StreamCounts counts;
  };
  Stream& Of(StreamSide side) { return streams_[static_cast<std::size_t>(side)]; }

  StreamCounts Counts(StreamSide side) const {
    const Stream& stream = streams_[static_cast<std::size_t>(side)];
    StreamCounts counts = stream.counts;
    counts.damaged = stream.source->damaged();
    counts.shutter = stream.source->shutter();
    // Those before the last one of a pair; what was read ahead is not lost but not needed.
    counts.dropped = static_cast<std::uint64_t>(stream.last_taken + 1) - stream.used;
    return counts;
  }

  void Feed(StreamSide side) {
    Stream& stream = Of(side);
    const std::int64_t end =
        stream.frames.empty() ? 0 : stream.frames.back()->time + stream.source->info().rate.frame();
    StatusOr<FramePtr> frame = stream.source->Next();
    if (!frame.ok()) {
      stream.counts.failure = frame.status();
      if (failure_is_end_) return sync_.End(side, end);
      return sync_.EndAll(side, end);
    }
    if (*frame == nullptr) return sync_.End(side, end);
    ++stream.counts.read;
    sync_.Add(side, (*frame)->time);
    stream.frames.push_back(*std::move(frame));
    // The current one and the next.
    if (stream.frames.size() > 2) {
      stream.frames.pop_front();
      ++stream.first;
    }
  }

  static FramePtr Take(Stream& stream, std::int64_t number) {
    if (number < 0) return nullptr;
    if (number == stream.last_taken) {
      ++stream.counts.repeated;
    } else {
      ++stream.used;
    }
    stream.last_taken = number;
    return stream.frames[static_cast<std::size_t>(number - stream.first)];
  }

  FrameSync sync_;
  bool failure_is_end_;
  std::optional<std::int64_t> begin_;  // of the first pair
  std::array<Stream, 2> streams_;
};

class NewestPairs : public PairSource {
 public:
  NewestPairs(std::unique_ptr<FrameSource> infrared, std::unique_ptr<FrameSource> visible,
              const SyncOptions& options, bool failure_is_end)
      : infrared_(std::move(infrared)),
        visible_(std::move(visible)),
        options_(options),
        goes_on_(failure_is_end && !options.shortest && options.eof_action != EofAction::kEndAll) {}

  std::optional<StreamPair> Next() override {
    while (true) {
      // The first infrared frame first: visible ones that came before have no partner.
      StatusOr<FramePtr> infrared = infrared_.Newest();
      if (!infrared.ok() && !KeepGoing(infrared.status(), infrared_counts_)) return std::nullopt;
      if (visible_away_ && infrared.ok() && *infrared != nullptr) {
        // The infrared source sets the pace.
        infrared = infrared_.TakeNewest();
        if (!visible_.Waiting()) {
          if (Shows(infrared) && begin_ >= 0) return Pair(*infrared, nullptr, (*infrared)->time);
          continue;
        }
      }
      StatusOr<FramePtr> visible = visible_.TakeNewest();
      if (!visible.ok()) visible_counts_.failure = visible.status();
      if (!visible.ok() || *visible == nullptr) return std::nullopt;
      visible_away_ = IsGap(**visible);
      if (visible_away_) continue;
      // Once more: a newer one may have come while we waited for the visible one.
      infrared = infrared_.Newest();
      FramePtr partner;
      if (Shows(infrared)) {
        partner = *infrared;
      } else if (!infrared.ok() || *infrared == nullptr) {
        if (!infrared.ok() && !KeepGoing(infrared.status(), infrared_counts_)) return std::nullopt;
        if (infrared.ok() && !goes_on_) return std::nullopt;
        if (options_.eof_action == EofAction::kRepeat) partner = last_infrared_;
      }
      if (partner != nullptr && partner == last_infrared_) ++infrared_counts_.repeated;
      return Pair(partner, *visible, (*visible)->time);
    }
  }

  StreamCounts infrared() const override { return Counts(infrared_, infrared_counts_); }
  StreamCounts visible() const override { return Counts(visible_, visible_counts_); }

 private:
  static bool Shows(const StatusOr<FramePtr>& frame) {
    return frame.ok() && *frame != nullptr && !IsGap(**frame);
  }
  StreamPair Pair(FramePtr infrared, FramePtr visible, std::int64_t time) {
    last_infrared_ = infrared;
    if (begin_ < 0) begin_ = time;
    return {.infrared = std::move(infrared),
            .visible = std::move(visible),
            .time = time - begin_,
            .arrival = time};
  }
  bool KeepGoing(const Status& failure, StreamCounts& counts) const {
    counts.failure = failure;
    return goes_on_ && failure.code() != StatusCode::kCancelled;
  }
  static StreamCounts Counts(const LatestFrame& stream, StreamCounts counts) {
    counts.read = stream.read();
    counts.damaged = stream.damaged();
    counts.dropped = stream.dropped();
    counts.shutter = stream.shutter();
    counts.connection = stream.connection();
    return counts;
  }

  LatestFrame infrared_;
  LatestFrame visible_;
  SyncOptions options_;
  bool goes_on_;
  FramePtr last_infrared_;
  bool visible_away_ = false;
  std::int64_t begin_ = -1;
  StreamCounts infrared_counts_;
  StreamCounts visible_counts_;
};

}  // namespace

std::unique_ptr<PairSource> PairByTime(std::unique_ptr<FrameSource> infrared,
                                       std::unique_ptr<FrameSource> visible,
                                       const SyncOptions& options, bool failure_is_end) {
  return std::make_unique<SyncedPairs>(std::move(infrared), std::move(visible), options,
                                       failure_is_end);
}

std::unique_ptr<PairSource> PairNewest(std::unique_ptr<FrameSource> infrared,
                                       std::unique_ptr<FrameSource> visible,
                                       const SyncOptions& options, bool failure_is_end) {
  return std::make_unique<NewestPairs>(std::move(infrared), std::move(visible), options,
                                       failure_is_end);
}

}  // namespace seafusion::stream
