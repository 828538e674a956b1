// The metrics by name, with everything one needs to read their numbers.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include <seafusion/metrics.h>

#include "metrics/structure/mef_ssim.h"
#include "metrics/structure/vif.h"

namespace seafusion::metrics {
namespace {

constexpr Direction kHigher = Direction::kHigherIsBetter;
constexpr Direction kLower = Direction::kLowerIsBetter;

// In the order of the enumeration.
constexpr std::array<MetricInfo, 16> kMetrics = {{
    {Metric::kEn, "EN", "entropy", "-sum p log2 p over the 256 gray levels of F",
     "Roberts, van Aardt, Ahmed 2008", "bit", "0..8", kHigher, "", 1, "", false},
    {Metric::kMi, "MI", "mutual information",
     "I(A;F) + I(B;F), I(X;F) = H(X) + H(F) - H(X,F); levels 254 and 255 are one bin in H(X,F) "
     "only, "
     "as published",
     "Qu, Zhang, Yan 2002", "bit", "0..18", kHigher, "", 1, "", true},
    {Metric::kVif, "VIF", "visual information fidelity",
     "v(A,F) + v(B,F), v = sum log(1 + g^2 var_ref / (var_residual + 2)) / sum log(1 + var_ref / "
     "2) "
     "over four scales with Gaussian windows 17, 9, 5, 3",
     "Sheikh, Bovik 2006; Han et al. 2013", "", "0.. (more than 2 is possible)", kHigher,
     "paper: products of the first scale saturate at 255", kVifSmallestSide,
     "NaN when a source is constant", true},
    {Metric::kSf, "SF", "spatial frequency",
     "sqrt(mean squared vertical difference + mean squared horizontal difference) of F",
     "Eskicioglu, Fisher 1995", "gray levels", "0..1.42 (paper), 0..360.7 (f255)", kHigher,
     "paper: samples on 0..1, f255: on 0..255", 2, "", false},
    {Metric::kSd, "SD", "standard deviation", "sqrt(mean (F - mean F)^2)", "Rao 1997",
     "gray levels", "0..15.97 (paper), 0..127.5 (f255)", kHigher,
     "paper: 8-bit integers, differences below the mean become 0 and squares saturate at 255", 1,
     "", false},
    {Metric::kQabf, "Qabf", "edge information kept",
     "sum(Q_A g_A + Q_B g_B) / sum(g_A + g_B), Q = 0.9994/(1+exp(-15(G-0.5))) "
     "0.9879/(1+exp(-22(a-0.8))), G ratio of Sobel strengths, a agreement of directions",
     "Xydeas, Petrovic 2000", "", "0..1", kHigher,
     "paper: samples on 0..1, f255: on 0..255; equal strengths count as published", 1,
     "NaN when no source has a gradient (all black, or one pixel)", false},
    {Metric::kAg, "AG", "average gradient", "sum sqrt((dx^2 + dy^2) / 2) / ((H-1)(W-1)) of F",
     "Cui et al. 2015", "gray levels", "0..255 and a little more", kHigher, "", 2, "", false},
    {Metric::kCc, "CC", "correlation coefficient", "(corr(A,F) + corr(B,F)) / 2",
     "Deshmukh, Bhosale 2010", "", "-1..1", kHigher, "", 1, "NaN when a picture is constant",
     false},
    {Metric::kScd, "SCD", "sum of the correlations of differences",
     "corr(F - B, A) + corr(F - A, B)", "Aslantas, Bendes 2015", "", "-2..2", kHigher, "", 1,
     "NaN when a source is constant, or a difference of F and a source", false},
    {Metric::kMse, "MSE", "mean squared error", "(mean (F-A)^2 + mean (F-B)^2) / 2 on 0..1",
     "as published", "", "0..1", kLower, "", 1, "", false},
    {Metric::kPsnr, "PSNR", "peak signal-to-noise ratio",
     "20 log10(255 / sqrt(MSE)), MSE on 0..1 as published: 48.13 dB above the usual definition",
     "as published", "dB", "48.13..", kHigher, "", 1, "infinite when all three are equal", false},
    {Metric::kNabf, "Nabf", "fusion artefacts",
     "sum over pixels where g_F is above g_A and g_B of (1-Q_A) w_A + (1-Q_B) w_B, / sum(w_A + "
     "w_B), "
     "w = g^1.5 where g >= 2, else 0.001",
     "Kumar 2013, modified", "", "0..1", kLower,
     "paper: samples on 0..1, where all weights are 0.001; f255: on 0..255", 2, "", false},
    {Metric::kSsim, "SSIM", "structural similarity, multi-exposure kind",
     "mean of (2 cov + C) / (var_R + var_F + C) over 11 x 11 windows, R the desired structure made "
     "of A and B, C = 7.65^2",
     "Ma, Zeng, Wang 2015", "", "-1..1", kHigher, "", kSsimSmallestSide, "", false},
    {Metric::kMsSsim, "MS_SSIM", "structural similarity, multi-exposure kind, three scales",
     "product of SSIM^w over three scales, w = (0.0448, 0.2856, 0.3001) / sum",
     "Ma, Zeng, Wang 2015", "", "-1..1", kHigher, "", kMsSsimSmallestSide,
     "NaN when a scale's score is negative", false},
    {Metric::kFmiDct, "FMI_dct", "feature mutual information, DCT",
     "mean of 2 (H(X) + H(F) - H(X,F)) / (H(X) + H(F)) over 3 x 3 windows of the pictures' DCT and "
     "over both sources",
     "Haghighat, Aghagolzadeh, Seyedarabi 2011", "", "0..1", kHigher, "", 3, "", false},
    {Metric::kMiUnmerged, "MI_nomerge", "mutual information without the merged levels",
     "I(A;F) + I(B;F) as defined: MI without its published slip", "Qu, Zhang, Yan 2002", "bit",
     "0..16", kHigher, "", 1, "", false},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kMetrics.size(); ++i) {
    if (static_cast<std::size_t>(kMetrics[i].metric) != i) return false;
  }
  return true;
}
static_assert(InOrder());

constexpr std::array<Metric, 6> kPaperMetrics = {Metric::kEn, Metric::kMi, Metric::kVif,
                                                 Metric::kSf, Metric::kSd, Metric::kQabf};

char Folded(char c) {
  return c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

}  // namespace

std::string_view ConventionName(Convention convention) {
  return convention == Convention::kPaper ? "paper" : "f255";
}

std::span<const MetricInfo> AllMetrics() {
  return kMetrics;
}

const MetricInfo& DescribeMetric(Metric metric) {
  return kMetrics[static_cast<std::size_t>(metric)];
}

std::string_view MetricUnit(Metric metric, Convention convention) {
  if (metric == Metric::kSf && convention == Convention::kPaper) return {};
  return DescribeMetric(metric).unit;
}

const MetricInfo* FindMetric(std::string_view name) {
  for (const MetricInfo& info : kMetrics) {
    if (std::equal(info.name.begin(), info.name.end(), name.begin(), name.end(),
                   [](char a, char b) { return Folded(a) == Folded(b); })) {
      return &info;
    }
  }
  return nullptr;
}

std::span<const Metric> PaperMetrics() {
  return kPaperMetrics;
}

}  // namespace seafusion::metrics
