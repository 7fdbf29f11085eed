//===- DatabaseTest.cpp - Measured schedules in a file --------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Lines survive being written and read; what is corrupt is skipped and kept;
// the nearest and fastest usable record is found first.
//
//===----------------------------------------------------------------------===//

#include "StrategyTest.h"

#include "ts/Strategy/Decision.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <set>
#include <thread>

using namespace ts;

namespace {

class DatabaseTest : public StrategyTest {
protected:
  TuningRecord record(int64_t m, int64_t n, int64_t k, double milliseconds,
                      const std::string &schedule = "s") {
    TuningRecord record;
    record.key = TuningKey::of(problem(m, n, k), Layouts(), "h200");
    record.schedule = schedule;
    record.milliseconds = milliseconds;
    record.memsetMilliseconds = 1;
    record.samples = 5;
    record.checked = record.outputs = m * n;
    record.device = "NVIDIA H200";
    record.driver = "13.0";
    record.compiler = "driver";
    record.registers = 232;
    record.date = "2026-11-24";
    return record;
  }

  TuningDatabase database(llvm::ArrayRef<TuningRecord> records) {
    std::string text;
    for (const TuningRecord &record : records)
      text += record.toLine() + "\n";
    return TuningDatabase::parse(text, "test");
  }

  std::vector<std::string> find(const TuningDatabase &database,
                                const Problem &problem,
                                Layouts layouts = Layouts()) {
    std::vector<std::string> found;
    for (const Neighbour &neighbour :
         database.neighbours(TuningKey::of(problem, layouts, "h200")))
      found.push_back(neighbour.record->schedule);
    return found;
  }

  std::string text(ScheduleAttr schedule) {
    std::string text;
    llvm::raw_string_ostream(text) << schedule;
    return text;
  }
};

using Found = std::vector<std::string>;

std::string readFile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  return buffer ? (*buffer)->getBuffer().str() : "no file";
}

} // namespace

TEST_F(DatabaseTest, LinesRoundTrip) {
  TuningRecord before = record(32768, 16384, 33, 1.32456, "#ts.schedule<x>");
  before.key.layouts = {true, false, {16, 8, 4}};
  before.wrong = "argument 2: \"one\" differs";
  llvm::Expected<TuningRecord> after = parseRecord(before.toLine());
  ASSERT_TRUE(bool(after)) << llvm::toString(after.takeError());
  EXPECT_EQ(after->toLine(), before.toLine());
  EXPECT_EQ(after->key.distance(before.key), 0);
  EXPECT_TRUE(after->key.layouts == before.key.layouts);
  EXPECT_EQ(after->wrong, before.wrong);
  EXPECT_EQ(after->milliseconds, 1.32456);
  EXPECT_EQ(after->registers, 232);
}

TEST_F(DatabaseTest, CorruptLinesAreNamedOnce) {
  std::string good = record(64, 64, 4, 1).toLine();
  std::string text = "# comment\n\n" + good + "\n" +
                     good.substr(0, good.size() / 2) + "\n[1]\nnonsense\n" +
                     good + "\n";
  TuningDatabase database = TuningDatabase::parse(text, "f.txt");
  EXPECT_EQ(database.getRecords().size(), 2u);
  llvm::StringRef warning = database.getWarning();
  EXPECT_TRUE(warning.starts_with("tuning database 'f.txt', line 4 is no "
                                  "record: "))
      << warning.str();
  EXPECT_TRUE(warning.ends_with("; skipped, and 2 more lines"))
      << warning.str();
  EXPECT_EQ(warning.count('\n'), 0u);
}

TEST_F(DatabaseTest, EveryFieldIsChecked) {
  std::string good = record(64, 64, 4, 1).toLine();
  auto fault = [&](llvm::StringRef from, llvm::StringRef to) {
    size_t at = good.find(from.str());
    EXPECT_NE(at, std::string::npos) << from.str();
    std::string line = good;
    line.replace(at, from.size(), to.str());
    llvm::Expected<TuningRecord> parsed = parseRecord(line);
    return parsed ? "none" : llvm::toString(parsed.takeError());
  };
  EXPECT_EQ(fault("\"ms\":1.00000", "\"ms\":0"), "'ms' is not positive");
  EXPECT_EQ(fault("\"ms\":1.00000", "\"ms\":\"1\""), "'ms' is not a number");
  EXPECT_EQ(fault("\"m\":64", "\"m\":-64"), "'m' is not positive");
  EXPECT_EQ(fault("\"k\":4", "\"k\":4.5"), "'k' is not an integer");
  EXPECT_EQ(fault("ieee", "ieeee"), "'precision' is not a precision mode");
  EXPECT_EQ(fault("\"nn\"", "\"nx\""), "'transpose' is not nn, nt, tn or tt");
  EXPECT_EQ(fault("[16,16,16]", "[16,16]"), "'align' is not three numbers");
  EXPECT_EQ(fault("\"schedule\":", "\"x\":"), "'schedule' is not a text");
}

TEST_F(DatabaseTest, NearestShapeFirstThenFastest) {
  TuningDatabase db = database(
      {record(32768, 32768, 32, 3, "slow"), record(32768, 32768, 32, 2, "fast"),
       record(16384, 32768, 32, 1, "half"), record(32768, 32768, 16, 1, "k16"),
       record(4096, 4096, 32, 1, "far")});
  EXPECT_EQ(find(db, headline()), Found({"fast", "slow", "half", "k16"}));
  EXPECT_EQ(find(db, problem(16384, 32768, 32))[0], "half");
  EXPECT_EQ(find(db, problem(30000, 30000, 32))[0], "fast");
  EXPECT_EQ(find(db, problem(32768, 32768, 17))[0], "k16");
  EXPECT_EQ(find(db, problem(64, 64, 32)), Found());
}

TEST_F(DatabaseTest, OtherKeysAreStrangers) {
  TuningKey key = record(32768, 32768, 32, 1).key;
  auto isStranger = [&](auto change) {
    TuningKey other = key;
    change(other);
    return std::isinf(key.distance(other));
  };
  EXPECT_TRUE(isStranger([](TuningKey &k) { k.chip = "h100"; }));
  EXPECT_TRUE(isStranger([](TuningKey &k) { k.element = "f16"; }));
  EXPECT_TRUE(isStranger([](TuningKey &k) { k.result = "f16"; }));
  EXPECT_TRUE(
      isStranger([](TuningKey &k) { k.precision = PrecisionMode::Tf32; }));
  EXPECT_TRUE(isStranger([](TuningKey &k) { k.n = 32; })); // general, not out
  EXPECT_FALSE(isStranger([](TuningKey &k) { k.layouts.transposeA = true; }));
}

TEST_F(DatabaseTest, Buckets) {
  TuningKey key = record(32768, 32768, 32, 1).key;
  auto shape = [&](int64_t m, int64_t n, int64_t k) {
    TuningKey other = key;
    std::tie(other.m, other.n, other.k) = std::tuple(m, n, k);
    return key.isSameBucket(other);
  };
  EXPECT_TRUE(shape(65535, 40000, 32));
  EXPECT_FALSE(shape(65536, 32768, 32));
  EXPECT_FALSE(shape(32767, 32768, 32));
  EXPECT_FALSE(shape(32768, 32768, 33));
  TuningKey other = key;
  other.layouts.align[2] = 4;
  EXPECT_FALSE(key.isSameBucket(other));
  EXPECT_EQ(key.distance(other), 1);
}

TEST_F(DatabaseTest, WrongOrUncheckedRecordsAreNotUsed) {
  TuningRecord wrong = record(64, 4096, 4, 1, "a");
  wrong.wrong = "5 elements differ";
  TuningRecord unchecked = record(64, 4096, 4, 1, "b");
  unchecked.checked = 100;
  // Found to be wrong after it was measured once without a fault, or before.
  TuningRecord good = record(64, 4096, 4, 9, "a");
  EXPECT_EQ(find(database({wrong, unchecked}), problem(64, 4096, 4)), Found());
  EXPECT_EQ(find(database({good, wrong}), problem(64, 4096, 4)), Found());
  EXPECT_EQ(find(database({wrong, good}), problem(64, 4096, 4)), Found({"a"}));
}

TEST_F(DatabaseTest, AppendingKeepsWhatIsThere) {
  llvm::SmallString<64> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("tuning", folder));
  std::string path = (folder + "/db.txt").str();
  auto append = [&](const TuningRecord &record) {
    llvm::Error error = appendRecords(path, {record});
    EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  };
  TuningRecord first = record(64, 64, 4, 1), second = record(64, 64, 4, 2);
  append(first);
  std::string text = readFile(path);
  EXPECT_TRUE(llvm::StringRef(text).starts_with("# "));
  // A line cut short by hand stays, and does not swallow the next one.
  {
    std::error_code ec;
    llvm::raw_fd_ostream os(path, ec, llvm::sys::fs::OF_Append);
    os << "cut";
  }
  append(second);
  EXPECT_EQ(readFile(path), text + "cut\n" + second.toLine() + "\n");
  llvm::Expected<TuningDatabase> db = TuningDatabase::load(path);
  ASSERT_TRUE(bool(db));
  EXPECT_EQ(db->getRecords().size(), 2u);
  // No temporary file is left, and a folder that is not there is an error.
  std::error_code ec;
  size_t files = 0;
  for (llvm::sys::fs::directory_iterator it(folder, ec), end; it != end;
       it.increment(ec))
    ++files;
  EXPECT_EQ(files, 1u);
  EXPECT_TRUE(bool(llvm::errorToBool(
      appendRecords((folder + "/none/db.txt").str(), {first}))));
  llvm::sys::fs::remove_directories(folder);
  EXPECT_FALSE(bool(TuningDatabase::load(path)) &&
               "the folder is gone, with the file");
}

TEST_F(DatabaseTest, SeveralWritersLoseNothing) {
  llvm::SmallString<64> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("tuning", folder));
  std::string path = (folder + "/db.txt").str();
  constexpr int64_t writers = 8, each = 24;
  std::vector<std::thread> threads;
  for (int64_t writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      for (int64_t i = 0; i < each; ++i)
        EXPECT_FALSE(llvm::errorToBool(
            appendRecords(path, {record(64, 64, 1 + writer * each + i, 1)})));
    });
  for (std::thread &thread : threads)
    thread.join();
  llvm::Expected<TuningDatabase> db = TuningDatabase::load(path);
  ASSERT_TRUE(bool(db));
  std::set<int64_t> depths;
  for (const TuningRecord &record : db->getRecords())
    depths.insert(record.key.k);
  EXPECT_EQ(depths.size(), size_t(writers * each));
  EXPECT_FALSE(llvm::sys::fs::exists(path + ".lock"));
  llvm::sys::fs::remove_directories(folder);
}

TEST_F(DatabaseTest, ShippedDatabaseIsReadable) {
  const TuningDatabase &shipped = TuningDatabase::shipped();
  EXPECT_EQ(shipped.getWarning(), "");
  for (const TuningRecord &record : shipped.getRecords())
    EXPECT_TRUE(lookupChip(record.key.chip)) << record.toLine();
}

TEST_F(DatabaseTest, DecisionsPreferWhatWasMeasured) {
  Draft draft = ieee();
  draft.unroll = 4;
  ScheduleAttr measured = build(draft);
  TuningRecord fits = record(32768, 32768, 32, 1.3, text(measured));
  Decision decision =
      decide(headline(), Layouts(), target("h200"), database({fits}));
  EXPECT_EQ(decision.source, Source::Database);
  EXPECT_EQ(decision.schedule, measured);
  EXPECT_EQ(decision.reason,
            "measured on NVIDIA H200, 2026-11-24: 1.3000 ms (1.300 x memset) "
            "for 32768x32768x32 in tuning database 'test'");
  EXPECT_GT(decision.prediction.milliseconds, 1);
  // For another chip there is no record.
  decision = decide(headline(), Layouts(), target("h100"), database({fits}));
  EXPECT_NE(decision.source, Source::Database);
}

/// What nobody has measured is expected to miss the model as far as its
/// neighbours did, where these were slower; a record that was faster says
/// nothing of it.
TEST_F(DatabaseTest, UnmeasuredProposalsAreExpectedToErrLikeTheirNeighbours) {
  Problem here = problem(16384, 32768, 32);
  Draft draft = ieee();
  draft.blocks = BlockOrder::Grid;
  draft.gridRows = 32; // slow at any shape
  ScheduleAttr slow = build(draft);
  double predicted =
      Model().predict(slow, headline(), *lookupChip("h200")).milliseconds;
  auto corrected = [&](double milliseconds) {
    Decision decision =
        decide(here, Layouts(), target("h200"),
               database({record(32768, 32768, 32, milliseconds, text(slow))}));
    EXPECT_EQ(decision.source, Source::Strategy);
    EXPECT_EQ(decision.measured, 0);
    EXPECT_EQ(decision.expected(), decision.corrected);
    return decision.corrected / decision.prediction.milliseconds;
  };
  // The record's registers are not those that the model supposes.
  EXPECT_NEAR(corrected(1.5 * predicted), 1.5, 0.1);
  EXPECT_NEAR(corrected(1.1 * predicted), 1.1, 0.1);
  EXPECT_EQ(corrected(0.8 * predicted), 1);
}

/// Nor is a record that beat the model by more than its neighbours credited
/// with that at another shape.
TEST_F(DatabaseTest, LuckyRecordsAreCreditedLikeTheirNeighbours) {
  Draft grid = ieee(), unrolled = ieee();
  grid.blocks = BlockOrder::Grid;
  grid.gridRows = 64;
  unrolled.unroll = 4;
  std::vector<TuningRecord> records;
  for (auto [draft, error] :
       {std::pair(ieee(), 0.7), {unrolled, 1.0}, {grid, 1.05}}) {
    ScheduleAttr schedule = build(draft);
    double predicted =
        Model().predict(schedule, headline(), *lookupChip("h200")).milliseconds;
    records.push_back(
        record(32768, 32768, 32, error * predicted, text(schedule)));
  }
  Decision decision = decide(problem(16384, 32768, 32), Layouts(),
                             target("h200"), database(records));
  EXPECT_EQ(decision.measured, 0);
  EXPECT_NEAR(decision.corrected / decision.prediction.milliseconds, 1, 0.1);
  // There it is what was measured.
  decision = decide(headline(), Layouts(), target("h200"), database(records));
  EXPECT_EQ(decision.schedule, build(ieee()));
  EXPECT_NEAR(decision.expected(), records.front().milliseconds, 1e-4);
}

TEST_F(DatabaseTest, RecordsThatDoNotFitArePassedOver) {
  // 1024 columns of B fit the shared memory up to K = 46, not at 64.
  TuningRecord wide = record(32768, 32768, 64, 1, text(build(ieee())));
  Draft draft = ieee();
  draft.tile = {8, 256};
  ScheduleAttr narrow = build(draft);
  TuningRecord fits = record(32768, 32768, 64, 2, text(narrow));
  TuningRecord nonsense = record(32768, 32768, 64, 0.5, "#ts.schedule<oops>");
  Decision decision = decide(problem(32768, 32768, 64), Layouts(),
                             target("h200"), database({wide, fits, nonsense}));
  EXPECT_EQ(decision.schedule, narrow);
  EXPECT_NE(decision.reason.find("; 2 before it do not fit the problem"),
            std::string::npos)
      << decision.reason;
  decision = decide(problem(32768, 32768, 64), Layouts(), target("h200"),
                    database({wide, nonsense}));
  EXPECT_NE(decision.source, Source::Database);
}
