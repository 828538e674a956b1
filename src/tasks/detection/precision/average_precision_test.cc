#include "tasks/detection/precision/average_precision.h"

#include <algorithm>
#include <array>
#include <utility>

#include <gtest/gtest.h>

#include "core/seeded_noise.h"

namespace seafusion::tasks {
namespace {

// One picture with detections of falling score at threshold 0: 't' finds, 'f' is false, 'i' is
// ignored.
PictureMatches Picture(std::size_t truths, const std::string& detections, double score = 0.9) {
  PictureMatches picture{{}, truths};
  for (const char kind : detections) {
    picture.detections.push_back({score, kind == 't' ? 1U : 0U, kind == 'i' ? 1U : 0U});
    score -= 0.01;
  }
  return picture;
}

double Ap(const std::vector<PictureMatches>& pictures, ApRule rule) {
  return CategoryMatches(pictures).AveragePrecision(0, rule).value_or(-1);
}
double Coco(const std::vector<PictureMatches>& pictures) {
  return Ap(pictures, ApRule::kCoco101);
}
double Voc(const std::vector<PictureMatches>& pictures) {
  return Ap(pictures, ApRule::kVocAllPoint);
}

TEST(AveragePrecisionTest, NothingToBeFoundIsNoFigure) {
  EXPECT_FALSE(CategoryMatches({}).AveragePrecision(0, ApRule::kCoco101));
  EXPECT_FALSE(CategoryMatches({Picture(0, "")}).AveragePrecision(0, ApRule::kVocAllPoint));
  EXPECT_FALSE(CategoryMatches({Picture(0, "ff")}).AveragePrecision(0, ApRule::kCoco101));
}

TEST(AveragePrecisionTest, NoDetectionIsZero) {
  EXPECT_EQ(Coco({Picture(3, "")}), 0);
  EXPECT_EQ(Voc({Picture(3, "")}), 0);
}

TEST(AveragePrecisionTest, OnlyFalseOnesIsZero) {
  EXPECT_EQ(Coco({Picture(1, "fff")}), 0);
  EXPECT_EQ(Voc({Picture(1, "fff")}), 0);
}

TEST(AveragePrecisionTest, AllFoundIsOne) {
  EXPECT_DOUBLE_EQ(Coco({Picture(3, "ttt")}), 1);
  EXPECT_DOUBLE_EQ(Voc({Picture(3, "ttt")}), 1);
}

TEST(AveragePrecisionTest, FalseOnesAfterTheLastFindCostNothing) {
  EXPECT_DOUBLE_EQ(Coco({Picture(2, "ttffff")}), 1);
  EXPECT_DOUBLE_EQ(Voc({Picture(2, "ttffff")}), 1);
}

TEST(AveragePrecisionTest, AFalseOneFirstHalvesASingleFind) {
  EXPECT_DOUBLE_EQ(Coco({Picture(1, "ft")}), 0.5);
  EXPECT_DOUBLE_EQ(Voc({Picture(1, "ft")}), 0.5);
}

TEST(AveragePrecisionTest, HalfOfTheBoxesFound) {
  // Recall 0.5 is reached at precision 1: 51 of the 101 recalls, half of the area.
  EXPECT_DOUBLE_EQ(Coco({Picture(2, "t")}), 51.0 / 101);
  EXPECT_DOUBLE_EQ(Voc({Picture(2, "t")}), 0.5);
}

TEST(AveragePrecisionTest, TrueFalseTrue) {
  // Precision 1 up to recall 1/2, then 2/3: 51 recalls and 50.
  EXPECT_NEAR(Coco({Picture(2, "tft")}), (51 + 50 * 2.0 / 3) / 101, 1e-12);
  EXPECT_DOUBLE_EQ(Voc({Picture(2, "tft")}), 0.5 + 0.5 * 2 / 3);
}

TEST(AveragePrecisionTest, PrecisionIsTheHighestAtThatRecallOrMore) {
  // f t t t: 1/2, 2/3, 3/4 rise; all count as 3/4.
  EXPECT_DOUBLE_EQ(Coco({Picture(3, "fttt")}), 0.75);
  EXPECT_DOUBLE_EQ(Voc({Picture(3, "fttt")}), 0.75);
}

TEST(AveragePrecisionTest, TheTextbookExample) {
  // 5 boxes, t t f f f t f f t t: precision 1, 1, -, -, -, 3/6, -, -, 4/9, 5/10.
  // Falling: 1 to recall 0.4, then 1/2 to recall 1.
  EXPECT_DOUBLE_EQ(Voc({Picture(5, "ttffftfftt")}), 0.4 + 0.6 * 0.5);
  EXPECT_DOUBLE_EQ(Coco({Picture(5, "ttffftfftt")}), (41 + 60 * 0.5) / 101);
}

TEST(AveragePrecisionTest, IgnoredDetectionsDoNotCount) {
  EXPECT_DOUBLE_EQ(Voc({Picture(1, "iiit")}), 1);
  EXPECT_DOUBLE_EQ(Coco({Picture(2, "titiii")}), 1);
}

TEST(AveragePrecisionTest, PicturesAreRankedTogether) {
  // The false one of the second picture is surer than the find of the first.
  EXPECT_DOUBLE_EQ(Voc({Picture(1, "t", 0.5), Picture(0, "f", 0.8)}), 0.5);
  EXPECT_DOUBLE_EQ(Voc({Picture(1, "t", 0.8), Picture(0, "f", 0.5)}), 1);
}

TEST(AveragePrecisionTest, TiesKeepTheOrderOfThePictures) {
  EXPECT_DOUBLE_EQ(Voc({Picture(1, "t", 0.5), Picture(0, "f", 0.5)}), 1);
  EXPECT_DOUBLE_EQ(Voc({Picture(0, "f", 0.5), Picture(1, "t", 0.5)}), 0.5);
}

TEST(AveragePrecisionTest, PicturesWithoutBoxesOrDetectionsChangeNothing) {
  EXPECT_DOUBLE_EQ(Coco({Picture(0, ""), Picture(2, "tft"), Picture(0, "")}),
                   Coco({Picture(2, "tft")}));
}

TEST(AveragePrecisionTest, RecallStepsAreTheEvaluators) {
  // 57 of 100 found: 57 * 0.01 is above 57 / 100 in double precision, so that step is not reached.
  EXPECT_DOUBLE_EQ(Coco({Picture(100, std::string(57, 't'))}), 57.0 / 101);
  EXPECT_DOUBLE_EQ(Coco({Picture(100, std::string(58, 't'))}), 59.0 / 101);
}

TEST(AveragePrecisionTest, CopiesOfAPictureCountLikePictures) {
  const std::vector<PictureMatches> two = {Picture(2, "tf", 0.6), Picture(1, "ft", 0.8)};
  const std::vector<std::uint32_t> times = {2, 1};
  const std::vector<PictureMatches> three = {two[0], two[0], two[1]};
  for (const ApRule rule : {ApRule::kCoco101, ApRule::kVocAllPoint}) {
    EXPECT_DOUBLE_EQ(*CategoryMatches(two).AveragePrecision(0, rule, times), Ap(three, rule));
  }
  const std::vector<std::uint32_t> none = {0, 1};
  EXPECT_DOUBLE_EQ(*CategoryMatches(two).AveragePrecision(0, ApRule::kVocAllPoint, none), 0.5);
  const std::vector<std::uint32_t> nothing = {0, 0};
  EXPECT_FALSE(CategoryMatches(two).AveragePrecision(0, ApRule::kVocAllPoint, nothing));
}

TEST(AveragePrecisionTest, TheCurveHoldsEveryDetectionThatCounts) {
  const PrecisionRecall curve = CategoryMatches({Picture(2, "tift")}).Curve(0);
  EXPECT_EQ(curve.recall, (std::vector<double>{0.5, 0.5, 1}));
  EXPECT_EQ(curve.precision, (std::vector<double>{1, 0.5, 2.0 / 3}));
  EXPECT_EQ(curve.score.size(), 3U);
  EXPECT_GT(curve.score[0], curve.score[2]);
}

TEST(MeanAveragePrecisionTest, CategoriesWithoutBoxesHaveNoShare) {
  const std::vector<CategoryMatches> categories = {CategoryMatches({Picture(1, "t")}),
                                                   CategoryMatches({Picture(0, "f")}),
                                                   CategoryMatches({Picture(1, "ft")})};
  constexpr std::array<std::size_t, 1> first = {0};
  EXPECT_DOUBLE_EQ(*MeanAveragePrecision(categories, first, ApRule::kVocAllPoint), 0.75);
  EXPECT_FALSE(MeanAveragePrecision({categories.data() + 1, 1}, first, ApRule::kVocAllPoint));
}

// A second implementation, from the definitions and as slow as they are: detections of all pictures
// in one list, one threshold at a time; the precision at a recall is sought among all points.
double SlowAp(const std::vector<PictureBoxes>& pictures, double threshold, ApRule rule) {
  struct Entry {
    double score;
    std::size_t picture;
    Box box;
  };
  std::vector<Entry> entries;
  double boxes = 0;
  for (std::size_t p = 0; p < pictures.size(); ++p) {
    for (const Detection& d : pictures[p].detections) entries.push_back({d.score, p, d.box});
    for (const GroundTruth& t : pictures[p].truth) boxes += t.ignored ? 0 : 1;
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.score > b.score; });
  std::vector<std::vector<bool>> used(pictures.size());
  for (std::size_t p = 0; p < pictures.size(); ++p) used[p].resize(pictures[p].truth.size());
  std::vector<std::pair<double, double>> points;  // recall, precision
  double hits = 0;
  double misses = 0;
  for (const Entry& e : entries) {
    const auto& truth = pictures[e.picture].truth;
    int best = -1;
    bool inside = false;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if (truth[i].ignored) {
        inside = inside || IntersectionArea(e.box, truth[i].box) / e.box.area() >= threshold;
      } else if (!used[e.picture][i] && Iou(e.box, truth[i].box) >= threshold &&
                 (best < 0 || Iou(e.box, truth[i].box) >=
                                  Iou(e.box, truth[static_cast<std::size_t>(best)].box))) {
        best = static_cast<int>(i);
      }
    }
    if (best < 0 && inside) continue;
    if (best >= 0) used[e.picture][static_cast<std::size_t>(best)] = true;
    (best >= 0 ? hits : misses) += 1;
    points.emplace_back(hits / boxes, hits / (hits + misses));
  }
  const auto highest = [&](double recall) {
    double precision = 0;
    for (const auto& [r, p] : points) {
      if (r >= recall) precision = std::max(precision, p);
    }
    return precision;
  };
  double sum = 0;
  if (rule == ApRule::kCoco101) {
    for (int i = 0; i < 101; ++i) sum += highest(i == 100 ? 1.0 : i * 0.01) / 101;
  } else {
    for (int k = 1; k <= static_cast<int>(boxes); ++k) sum += highest(k / boxes) / boxes;
  }
  return sum;
}

TEST(AveragePrecisionTest, AgreesWithTheDefinitionsOnRandomData) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededNoise noise(seed);
    std::vector<PictureBoxes> pictures(1 + noise.Below(8));
    pictures[0].truth.push_back({{0, 0, 9, 9}, 0});
    for (PictureBoxes& picture : pictures) {
      const auto box = [&](double grid) {
        const double x = static_cast<double>(noise.Below(4)) * grid;
        const double y = static_cast<double>(noise.Below(4)) * grid;
        return Box{x, y, x + noise.Between(4, 12), y + noise.Between(4, 12)};
      };
      for (std::uint64_t n = noise.Below(6); n > 0; --n) {
        picture.truth.push_back({box(6), 0, noise.Chance(0.2)});
      }
      for (std::uint64_t n = noise.Below(20); n > 0; --n) {
        // Few different scores: ties.
        picture.detections.push_back({box(6), 0, static_cast<double>(noise.Below(8)) / 8});
      }
      // Some exact answers.
      for (const GroundTruth& truth : picture.truth) {
        if (noise.Chance(0.4)) picture.detections.push_back({truth.box, 0, noise.Uniform()});
      }
    }
    std::vector<PictureMatches> matches;
    for (const PictureBoxes& picture : pictures) {
      matches.push_back(MatchPicture(picture, 0, CocoThresholds()));
    }
    const CategoryMatches category(matches);
    for (std::size_t t = 0; t < CocoThresholds().size(); ++t) {
      for (const ApRule rule : {ApRule::kCoco101, ApRule::kVocAllPoint}) {
        ASSERT_NEAR(*category.AveragePrecision(t, rule),
                    SlowAp(pictures, CocoThresholds()[t], rule), 1e-12)
            << "seed " << seed << ", threshold " << CocoThresholds()[t];
      }
    }
  }
}

}  // namespace
}  // namespace seafusion::tasks
