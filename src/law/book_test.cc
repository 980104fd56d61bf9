// The laws of the book give the values that their sources, or a calculation apart from this
// library, give. A wrong digit in a law file is a wrong answer for everybody, and no other test
// would see it.
#include "support/book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "isoflop/law.h"
#include "isoflop/output.h"
#include "isoflop/plan.h"
#include "isoflop/predict.h"
#include "isoflop/read_table.h"
#include "support/paths.h"

namespace isoflop {
namespace {

using test::book_law;
using test::log_grid;
using test::loss_of;

// Sources round: a value with k digits after the point is right when it is within half of the last
// one.
double half_unit(int digits) { return 0.5 * std::pow(10.0, -digits) * (1 + 1e-9); }

TEST(Book, HoldsTheFilesOfItsFolderInAlphabeticalOrder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "laws"))
    files.push_back(entry.path().stem());
  std::ranges::sort(files);
  const std::vector<std::string> keys = book_keys();
  EXPECT_EQ(keys, files);
  for (const std::string& key : keys) {
    EXPECT_EQ(book_law(key).key(), key);
    EXPECT_FALSE(book_law(key).group().empty()) << key;
    EXPECT_FALSE(book_law(key).cite().empty()) << key;
  }
}

// A bare key means what the paper prints; a more exact set in its place would change every example
// silently.
TEST(Book, ABareKeyIsTheSetAsPrinted) {
  EXPECT_EQ(book_law("hoffmann2022").label(), "hoffmann2022:hoffmann");
  EXPECT_EQ(book_law("frantar2023").label(), "frantar2023:t5");
  EXPECT_EQ(book_law("abnar2025").label(), "abnar2025:abnar");
  EXPECT_EQ(book_law("hossain2025").label(), "hossain2025:dense");
  EXPECT_EQ(book_law("clark2022").label(), "clark2022:s-base");
  EXPECT_EQ(book_law("gadre2024").label(), "gadre2024:c4");
}

// A published value outside the range of its coefficient could never be found by a fit.
TEST(Book, PublishedValuesLieWithinTheRanges) {
  for (const Law& law : test::every_set())
    for (std::size_t i = 0; i < law.values().size(); ++i) {
      const Coefficient& coefficient = law.coefficients()[i];
      const double value = law.values()[i];
      EXPECT_TRUE(coefficient.range.contains(value)) << law.label() << " " << coefficient.name;
      // Other data, other scales: those of the next fit must have room as well.
      if (coefficient.role == Role::kScale && !law.sets().empty()) {
        EXPECT_LE(10 * value, coefficient.range.high) << law.label() << " " << coefficient.name;
      }
    }
}

// The grid of the paper: 5 irreducible losses, 6 and 6 scales, 5 and 5 exponents, 4500 starts.
TEST(Hoffmann2022, CarriesItsPublishedStartGrid) {
  const Law law = book_law("hoffmann2022");
  std::size_t starts = 1;
  for (const Coefficient& coefficient : law.coefficients()) starts *= coefficient.starts.size();
  EXPECT_EQ(starts, 4500U);
  EXPECT_NEAR(law.coefficients()[1].starts[1], 148.413159, 1e-6);  // A: e^5
  EXPECT_EQ(law.coefficients()[3].starts[1], 0.5);                 // alpha
}

// Chinchilla itself, 70B parameters on 1.4T tokens, by hand: 1.69 + 406.4/70e9^0.34 +
// 410.7/1.4e12^0.28.
TEST(Hoffmann2022, PredictsChinchilla) {
  const double by_hand =
      1.69 + 406.4 * std::exp(-0.34 * std::log(70e9)) + 410.7 * std::exp(-0.28 * std::log(1.4e12));
  EXPECT_NEAR(loss_of(book_law("hoffmann2022"), {{"N", 70e9}, {"D", 1.4e12}}), by_hand, 1e-14);
}

// The sets before rounding are given as logarithms; rounding them must give what the papers print.
TEST(Hoffmann2022, UnroundedSetsRoundToThePrintedOnes) {
  const Law hoffmann = book_law("hoffmann2022:unrounded"),
            besiroglu = book_law("hoffmann2022:besiroglu-unrounded");
  EXPECT_NEAR(std::log(hoffmann.values()[0]), 0.5267228, 1e-15);
  EXPECT_NEAR(std::log(hoffmann.values()[1]), 6.0073404, 1e-15);
  EXPECT_NEAR(std::log(hoffmann.values()[2]), 6.0179186, 1e-15);
  EXPECT_NEAR(std::log(besiroglu.values()[0]), 0.59711196, 1e-15);
  EXPECT_NEAR(std::log(besiroglu.values()[1]), 6.17795598, 1e-15);
  EXPECT_NEAR(std::log(besiroglu.values()[2]), 7.64273236, 1e-15);
  const int digits[] = {2, 1, 1, 2, 2};
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(hoffmann.values()[i], book_law("hoffmann2022").values()[i], half_unit(digits[i]))
        << i;
}

// What sparsity is worth (Frantar et al. 2023): a pruned model loses as little as a dense one this
// many times its non-zero size. From predictions alone, so formula, set and evaluation are all in
// it. The sets before rounding: the printed ones move the last digit.
TEST(Frantar2023, DenseEquivalentMultipliersAreThePublishedOnes) {
  struct Case {
    const char* spec;
    double sparsity, multiplier;
  };
  for (const Case& c :
       {Case{"frantar2023:t5-notebook", 0.5, 1.586}, Case{"frantar2023:t5-notebook", 0.75, 2.157},
        Case{"frantar2023:t5-notebook", 0.875, 2.630}, Case{"frantar2023:vit-notebook", 0.5, 1.596},
        Case{"frantar2023:vit-notebook", 0.75, 2.172},
        Case{"frantar2023:vit-notebook", 0.875, 2.634}}) {
    const Law law = book_law(c.spec);
    const auto loss = [&](double N, double S) {
      return loss_of(law, {{"N", N}, {"S", S}, {"D", 3e10}});
    };
    const double pruned = loss(4e7, c.sparsity);
    EXPECT_GT(loss(4e7 * (c.multiplier - half_unit(3)), 0), pruned) << c.spec << " " << c.sparsity;
    EXPECT_LT(loss(4e7 * (c.multiplier + half_unit(3)), 0), pruned) << c.spec << " " << c.sparsity;
  }
}

// The raw-unit sets are conversions; the notebook's own form in its own units must give the same
// loss.
TEST(Frantar2023, NotebookSetsEqualTheNotebooksForm) {
  const Law t5 = book_law("frantar2023:t5-notebook"), vit = book_law("frantar2023:vit-notebook");
  for (const double S : {0.0, 0.5, 0.875})
    for (const auto& [N, D] : log_grid({1e6, 1e8}, {1e8, 1e11}, 5)) {
      const double n = N / 1e6, steps = D / 65536 / 1e5, images = D / 1e9;
      EXPECT_NEAR(
          loss_of(t5, {{"N", N}, {"S", S}, {"D", D}}),
          (0.56778512 * std::pow(1 - S, 0.72161276) + 1.52265016) * std::pow(n, -0.24513173) +
              0.63361517 * std::pow(steps, -0.20270772) + 0.65074219,
          1e-13);
      EXPECT_NEAR(
          loss_of(vit, {{"N", N}, {"S", S}, {"D", D}}),
          (1.30485411 * std::pow(1 - S, 0.82101251) + 2.07506343) * std::pow(n, -0.39222675) +
              0.27818217 * std::pow(images, -0.88979104) + 4.51669257,
          1e-13);
    }
}

// The held-out run of the notebook: the law must come near a loss that it was not fitted on.
TEST(Frantar2023, PredictsTheHeldOutT5Run) {
  const Inputs run = {{"N", 48.0 * 12 * 1024 * 1024}, {"S", 0.75}, {"D", 65536 * 500e3}};
  EXPECT_NEAR(loss_of(book_law("frantar2023:t5-notebook"), run) / 1.48278, 1, 0.01);
}

TEST(Abnar2025, WorkedValues) {
  const Law law = book_law("abnar2025");
  EXPECT_NEAR(loss_of(law, {{"P", 18.8e9}, {"D", 110.2e9}, {"Sx", 0.98}}), 2.16934, half_unit(5));
  EXPECT_NEAR(loss_of(law, {{"P", 18.8e9}, {"D", 110.2e9}, {"Sx", 0}}), 2.04365, half_unit(5));
}

// DeepSeek-V3: 671B parameters, 37B of them active, 14.8T tokens. S follows from N and P, and
// stands in for Sx.
TEST(DeepSeekV3, WorkedValuesUnderBothMoeLaws) {
  const Inputs model = {{"P", 671e9}, {"N", 37e9}, {"D", 14.8e12}};
  EXPECT_NEAR(loss_of(book_law("hossain2025:moe"), model), 1.46878, half_unit(5));
  EXPECT_NEAR(loss_of(book_law("abnar2025"), model), 1.61583, half_unit(5));
}

// The dense limit is an identity, not an approximation: any difference is a bug in one of the two
// files.
TEST(Hossain2025, EqualsHoffmannWhenNothingIsSparse) {
  const Law dense = book_law("hossain2025:dense"), hoffmann = book_law("hoffmann2022:hoffmann");
  for (const auto& [N, D] : log_grid({1e6, 1e12}, {1e8, 1e14}, 7))
    EXPECT_NEAR(
        loss_of(dense, {{"N", N}, {"S", 0}, {"D", D}}) / loss_of(hoffmann, {{"N", N}, {"D", D}}), 1,
        1e-12);
}

// The paper writes the law in active parameters; in total ones it is e x^gamma + a/P^alpha + c
// S/N^alpha + b/D^beta.
TEST(Hossain2025, EqualsItsFormInTotalParameters) {
  const double e = 0.57, a = 8.26, b = 6324.82, c = 3.57, alpha = 0.08, beta = 0.40, gamma = 1.19;
  for (const double S : {0.0, 0.5, 0.9375})
    for (const auto& [N, D] : log_grid({1e6, 1e12}, {1e8, 1e14}, 5)) {
      const double P = N / (1 - S);
      EXPECT_NEAR(loss_of(book_law("hossain2025:moe"), {{"N", N}, {"S", S}, {"D", D}}),
                  e * std::pow(1 - S, gamma) + a / std::pow(P, alpha) + c * S / std::pow(N, alpha) +
                      b / std::pow(D, beta),
                  1e-12);
    }
}

// Computed with the authors' code; all the digits of a double, so formula, definitions and
// coefficients must all be the same.
TEST(Muennighoff2023, WorkedValues) {
  const Law law = book_law("muennighoff2023");
  EXPECT_NEAR(loss_of(law, {{"N", 6.34e9}, {"D", 242e9}, {"U", 25e9}}), 2.2256440889984477, 2e-15);
  EXPECT_NEAR(loss_of(law, {{"N", 8.67e9}, {"D", 178e9}, {"U", 25e9}}), 2.2269634075087867, 2e-15);
}

// A corpus that is not used up is as good as an endless one.
TEST(Muennighoff2023, IsHoffmannWhereNothingIsRepeated) {
  const Law law = book_law("muennighoff2023");
  const auto by_hand = [&](double N, double D) {
    return std::exp(0.6254804) + std::exp(6.255414) * std::pow(N, -0.3526596) +
           std::exp(7.3049974) * std::pow(D, -0.3526596);
  };
  for (const double U : {20e9, 30e9, 1e12})
    EXPECT_NEAR(loss_of(law, {{"N", 1e8}, {"D", 20e9}, {"U", U}}), by_hand(1e8, 20e9), 1e-14) << U;
  EXPECT_GT(loss_of(law, {{"N", 1e8}, {"D", 20e9}, {"U", 5e9}}), by_hand(1e8, 20e9));
}

// By hand from the papers' formulas, which are written here in another way than in the law files.
TEST(DenseRelatives, AgreeWithTheirFormulasByHand) {
  for (const auto& [N, D] : log_grid({1e7, 1e11}, {1e9, 1e13}, 4)) {
    EXPECT_NEAR(loss_of(book_law("kaplan2020"), {{"N", N}, {"D", D}}),
                std::pow(std::pow(6.4e13 / N, 0.076 / 0.103) + 1.8e13 / D, 0.103), 1e-13);
    const double C = 6 * N * D, M = D / N;
    EXPECT_NEAR(loss_of(book_law("gadre2024:rpj"), {{"N", N}, {"D", D}}),
                1.837 + 212 * std::pow(M, 0.1364) * std::pow(C, -0.1364) +
                    367 * std::pow(M, -0.1364) * std::pow(C, -0.1364),
                1e-13);
    EXPECT_NEAR(loss_of(book_law("sardana2024:up-to-500"), {{"N", N}, {"D", D}}),
                0.95 + 17.07 * std::pow(N, -0.13) + 35.80 * std::pow(D, -0.16), 1e-13);
    EXPECT_NEAR(
        loss_of(book_law("krajewski2024:moe"), {{"P", N}, {"D", D}, {"G", 8}}),
        0.47 + (2.1 * std::pow(8, -0.58) + 18.1) * std::pow(N, -0.115) + 30.8 * std::pow(D, -0.147),
        1e-13);
    EXPECT_NEAR(loss_of(book_law("krajewski2024:dense"), {{"P", N}, {"D", D}, {"G", 8}}),
                0.47 + 16.3 * std::pow(N, -0.126) + 26.7 * std::pow(D, -0.127), 1e-13);
    const double share =
        (1 - std::exp(-4 / 2.6745)) * (1 - std::exp(-8 / 2.2102)) * (1 - std::exp(-16 / 0.9578));
    EXPECT_NEAR(
        loss_of(book_law("kumar2024"),
                {{"N", N}, {"D", D}, {"weight_bits", 4}, {"activation_bits", 8}, {"kv_bits", 16}}),
        4.299e3 * std::pow(N * share, -0.4965) + 1.806e4 * std::pow(D, -0.4965) + 2.7648, 1e-13);
  }
}

// In logarithms, as the paper has it; a dense model counts as Es experts, and many as at most Em.
TEST(Clark2022, IsBilinearInLogarithms) {
  const Law law = book_law("clark2022:rl-r");
  for (const auto& [N, experts] : log_grid({15e6, 1.3e9}, {1, 512}, 5)) {
    const double start = 1 / (1 / 1.880 - 1 / 469.982);
    const double Eh = 1 / (1 / (experts - 1 + start) + 1 / 469.982);
    EXPECT_NEAR(std::log10(loss_of(law, {{"N", N}, {"experts", experts}})),
                -0.083 * std::log10(N) - 0.126 * std::log10(Eh) +
                    0.012 * std::log10(N) * std::log10(Eh) + 1.111,
                1e-14);
    if (experts == 1) {
      EXPECT_NEAR(Eh, 1.880, 1e-13);
    }
  }
}

// The paper's table of the best model for 1e20 FLOPs. Its sizes are rounded, and the loss is flat
// around them.
TEST(Ludziejewski2025, BestModelsAreThoseOfTheTable) {
  struct Case {
    double experts, loss, N, D;
  };
  for (const Case& c : {Case{1, 2.5897, 1.7e9, 9.7e9}, Case{2, 2.5745, 1.5e9, 11.4e9},
                        Case{4, 2.5540, 1.2e9, 13.9e9}, Case{8, 2.5291, 990e6, 17e9},
                        Case{16, 2.5013, 810e6, 20.7e9}, Case{32, 2.4724, 669e6, 24.9e9}}) {
    const Result<Plan> best =
        plan(book_law("ludziejewski2025"), {.flops = 1e20, .inputs = {{"experts", c.experts}}});
    ASSERT_TRUE(best) << best.error().text();
    EXPECT_NEAR(best->run->loss, c.loss, half_unit(4)) << c.experts;
    EXPECT_NEAR(best->run->N / c.N, 1, 0.03) << c.experts;
    EXPECT_NEAR(best->run->D / c.D, 1, 0.03) << c.experts;
  }
}

// The objectives that the authors stored, over their public runs: the sets, their order and their
// logarithms are all in it.
TEST(Gemstones2025, SetsHaveThePublishedObjectives) {
  struct Case {
    const char *set, *file;
    double with_shape, without;
  };
  for (const Case& c : {Case{"cool-end", "cool_end", 9.00742e-5, 2.059406e-4},
                        Case{"hot", "hot", 1.11878e-4, 2.076018e-4},
                        Case{"hot-100b", "hot_100b_plus", 2.949708e-4, 6.9233e-4},
                        Case{"lr-ablation", "lr_ablation_hot", 1.102575e-4, 2.059023e-4}}) {
    std::ifstream file(shared_data() / "gemstones" / (std::string(c.file) + ".csv"));
    if (!file) GTEST_SKIP() << "the public runs are not there";
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Law shape = book_law(std::string("gemstones2025:") + c.set),
              plain = book_law(std::string("hoffmann2022:gemstones-") + c.set);
    const Result<MappedTable> runs =
        read_table(text, c.file, shape,
                   {.columns = "N = params_active_precise, D = tokens, loss = final_loss"});
    ASSERT_TRUE(runs) << runs.error().text();
    const auto objective = [&](const Law& law) {
      constexpr double kDelta = 1e-4;
      const std::vector<double> predicted = *predict(law, runs->table);
      const std::span<const double> measured = runs->table.column("loss");
      double sum = 0;
      for (std::size_t i = 0; i < predicted.size(); ++i) {
        const double size = std::abs(std::log(predicted[i] / measured[i]));
        sum += size <= kDelta ? size * size / 2 : kDelta * (size - kDelta / 2);
      }
      return sum;
    };
    EXPECT_NEAR(objective(shape) / c.with_shape, 1, 1e-5) << c.set;
    EXPECT_NEAR(objective(plain) / c.without, 1, 1e-6) << c.set;
  }
}

TEST(Farseer2025, WorkedValuesInBitsAByte) {
  const Law law = book_law("farseer2025:scalebench");
  EXPECT_NEAR(loss_of(law, {{"N", 201228288}, {"D", 1999929344}}), 0.66820170, half_unit(8));
  EXPECT_NEAR(loss_of(law, {{"N", 25120768000}, {"D", 125599744000}}), 0.4402169, half_unit(7));
  EXPECT_EQ(output_of(law).unit, "bits a byte");
  EXPECT_EQ(output_of(law.without_values()).unit, "nats");
}

// A plain model is the special case of one stream; eight are worth k ln 8 more parameters.
TEST(Parscale2025, StreamsAreWorthParameters) {
  const Law law = book_law("parscale2025:pile");
  for (const double N : {6e8, 1.6e9, 4e9}) {
    EXPECT_NEAR(loss_of(law, {{"N", N}, {"streams", 1}}),
                1.2886 + std::exp(0.19628 * std::log(0.19752e9 / N)), 1e-13);
    EXPECT_NEAR(loss_of(law, {{"N", N}, {"streams", 8}}),
                loss_of(law, {{"N", N * (1 + 0.33444 * std::log(8))}, {"streams", 1}}), 1e-13);
  }
}

TEST(Ling2025, WorkedValues) {
  const Law leverage = book_law("ling2025_leverage");
  const auto worth = [&](double activation, double G, double C) {
    return loss_of(leverage, {{"activation", activation}, {"G", G}, {"C", C}});
  };
  EXPECT_NEAR(worth(0.031, 12, 1e22), 7.2449, half_unit(4));
  EXPECT_NEAR(worth(0.034, 12, 1e22), 6.9614, half_unit(4));
  EXPECT_NEAR(worth(1, 1, 1e22), 0.9928, half_unit(4));
  EXPECT_NEAR(worth(0.078, 2, 1e20), 2.525, half_unit(3));
  EXPECT_NEAR(worth(0.008, 2, 3e20), 4.920, half_unit(3));
  // The granularity of the best leverage, 11.337, whatever the rest.
  EXPECT_GT(worth(0.031, 11.337, 1e22), worth(0.031, 11.3, 1e22));
  EXPECT_GT(worth(0.031, 11.337, 1e22), worth(0.031, 11.37, 1e22));
  // Size and data are two fits of one allocation: their product is the budget but for rounding.
  for (const char* set : {":dense", ":moe"})
    for (const double C : {1e18, 1e22})
      EXPECT_NEAR(loss_of(book_law(std::string("ling2025_size") + set), {{"C", C}}) *
                      loss_of(book_law(std::string("ling2025_data") + set), {{"C", C}}) / C,
                  1, 1e-3)
          << set;
}

// Total size in the source, active size and sparsity in the file.
TEST(Zhao2025, WorkedValues) {
  const Law law = book_law("zhao2025");
  const auto loss = [&](double P, double D, double N, double active, double shared) {
    return loss_of(law,
                   {{"P", P}, {"N", N}, {"D", D}, {"active_experts", active}, {"shared", shared}});
  };
  EXPECT_NEAR(loss(671e9, 14.8e12, 37e9, 8, 1.0 / 9), 1.9956016, half_unit(7));
  EXPECT_NEAR(loss(671e9, 14.8e12, 37e9, 7, 0.31), 1.9946343, half_unit(7));
  EXPECT_NEAR(loss(16e9, 1e12, 2.8e9, 6, 0.25), 2.2158831, half_unit(7));
  // The best experts of a token, shared ones, and share of active parameters.
  constexpr double kExperts = 6.7778, kShared = 0.31485;
  for (const auto& [P, share] : {std::pair(30e9, 0.4005), {671e9, 0.2202}}) {
    const double least = loss(P, 1e12, share * P, kExperts, kShared);
    for (const double near : {0.99, 1.01}) {
      EXPECT_LT(least, loss(P, 1e12, share * P, near * kExperts, kShared)) << P;
      EXPECT_LT(least, loss(P, 1e12, share * P, kExperts, near * kShared)) << P;
      EXPECT_LT(least, loss(P, 1e12, near * share * P, kExperts, kShared)) << P;
    }
  }
}

TEST(Kumar2024, WhatRoundingAddsToTheLoss) {
  const Law law = book_law("kumar2024_ptq");
  const auto added = [&](double bits) {
    return loss_of(law, {{"N", 1.7e9}, {"D", 26e9}, {"bits", bits}});
  };
  EXPECT_NEAR(added(3), 0.047315, half_unit(6));
  EXPECT_NEAR(added(4), 0.0087052, half_unit(7));
  EXPECT_NEAR(added(5), 0.0016016, half_unit(7));
}

TEST(StepLaw2025, WorkedValues) {
  EXPECT_NEAR(loss_of(book_law("steplaw2025_lr"), {{"N", 7e9}, {"D", 1.4e12}}), 9.16557e-4, 5e-10);
  EXPECT_NEAR(loss_of(book_law("steplaw2025_batch"), {{"D", 1.4e12}}), 4998815, 0.5);
}

// Only a loss has a lowest value to plan for; what else a law predicts is said in its place.
TEST(Book, PlansRefuseWhatIsNoLoss) {
  for (const char* key : {"steplaw2025_lr", "kumar2024_ptq", "sparsing2024"}) {
    const Law law = test::random_values(book_law(key), 1);
    const Result<Plan> none = plan(law, {.flops = 1e20, .inputs = test::usual_inputs(law)});
    ASSERT_FALSE(none) << key;
    EXPECT_NE(none.error().text().find(output_of(law).name + ", which has no lowest value"),
              std::string::npos)
        << none.error().text();
  }
}

}  // namespace
}  // namespace isoflop
