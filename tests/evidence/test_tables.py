"""The tables of facts: every row has a source, nothing is later than 2025, and a broken row is refused."""

import csv
import re
import shutil

import pandas as pd
import pytest

from sim.evidence import TABLES, EvidenceError, load, role_of
from sim.evidence.loading import FOLDER, read_table
from sim.evidence.roles import developers_of
from sim.evidence.schema import RECALLED, ROWS

TABLE = pytest.mark.parametrize("name", TABLES)


def lines(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def broken(tmp_path, name, change):
    """Read a table whose lines were changed; returns the problems found."""
    path = tmp_path / f"{name}.csv"
    shutil.copy(FOLDER / f"{name}.csv", path)
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(EvidenceError) as caught:
        read_table(path, ROWS[name])
    return caught.value


def test_all_tables_of_the_folder_are_loaded():
    others = {"roles", "benchmark_sets", "hindcast_claims", "hindcast_acts"}
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(TABLES) | others


@TABLE
def test_no_row_is_lost(name):
    assert len(load(name)) == len(lines(name)) - 1 > 0


@TABLE
def test_every_row_has_a_source(name):
    table = load(name)
    assert (table["source_title"].str.len() > 0).all()
    assert (table["recalled"] | table["source_url"].str.match(r"https?://\S+\.\S+")).all()
    assert table["confidence"].isin(["high", "medium", "low"]).all()


@TABLE
def test_what_is_recalled_is_flagged_and_of_low_confidence(name):
    table = load(name)
    own = table["source_title"].isin(RECALLED)
    assert table.loc[own, "recalled"].all()
    assert (table.loc[table["recalled"], "confidence"] == "low").all()
    assert own.sum() == sum(
        "own memory" in ",".join(row) or "release date recalled" in row for row in lines(name)
    )


@TABLE
def test_nothing_is_later_than_2025(name):
    table = load(name)
    assert table["date"].notna().all()
    assert table["date"].max() <= pd.Timestamp("2025-12-31")


@TABLE
def test_columns_are_tidy(name):
    table = load(name)
    assert next(iter(table.columns)) == "date"
    assert str(table["date"].dtype).startswith("datetime64")
    assert {str(table[flag].dtype) for flag in ("is_allegation", "recalled", "later_vintage")} == {"bool"}
    for column in table.select_dtypes("number"):
        assert table[column].dtype == float
    texts = table.select_dtypes(["object", "string"])
    assert not texts.isna().any().any()


def test_numbers_are_those_of_the_file():
    table = load("model_releases").set_index("model")
    assert table.loc["GPT-4", "epoch_eci"] == 125.7
    assert pd.isna(table.loc["ChatGLM-6B", "epoch_eci"])
    gaps = load("gap_series")
    assert gaps[gaps["metric"] == "mmlu_gap_pp"]["gap"].tolist() == [17.5, 0.3]


def test_a_loaded_table_can_be_changed_without_harm():
    table = load("access")
    table["side"] = "nobody"
    assert set(load("access")["side"]) == {"US", "CN", "third"}


def test_allegations_are_flagged():
    narratives = load("narratives")
    assert narratives.loc[narratives["claim_type"] == "illicit_means", "is_allegation"].all()
    assert load("distillation")["is_allegation"].sum() == 1
    assert not load("gap_series")["is_allegation"].any()


def test_money_of_a_year_is_dated_at_its_end_or_the_month_named():
    table = load("funding_capex")
    capex = table[(table["entity"] == "big four") & (table["year"] == "2024")]
    assert capex["date"].tolist() == [pd.Timestamp("2024-12-31")]
    rate = table[table["entity"] == "Anthropic (Aug)"]
    assert rate["date"].tolist() == [pd.Timestamp("2025-08-31")]
    assert table[table["entity"] == "Anthropic (Dec)"]["date"].dt.day.tolist() == [31, 31]


def test_values_of_later_boards_are_marked():
    gaps = load("gap_series").set_index("metric")
    assert gaps.loc["arena_fixed_scale_gap_pct", "later_vintage"].all()
    assert not gaps.loc["mmlu_gap_pp", "later_vintage"].any()


def test_an_unknown_table_is_named():
    with pytest.raises(ValueError, match=r"no evidence table 'prices'.*gap_series"):
        load("prices")


# -- broken rows --------------------------------------------------------------------------------------------


def test_an_unquoted_comma_is_caught(tmp_path):
    error = broken(
        tmp_path, "narratives", lambda text: text.replace("basis of the 6-million headline", "basis, of it")
    )
    [problem] = error.problems
    assert problem.line == 7
    assert problem.file == "narratives.csv"
    assert problem.found == "13 cells"
    assert "12" in problem.allowed
    assert "comma" in problem.allowed


def test_a_missing_cell_is_caught(tmp_path):
    error = broken(tmp_path, "access", lambda text: text.replace("OpenAI,US,kyc,", "OpenAI,US,", 1))
    assert error.problems[0].found == "10 cells"


def test_a_comma_too_many_and_one_too_few_do_not_pass_as_a_row(tmp_path):
    """Two faults that leave the number of cells as it is still shift typed columns."""
    error = broken(
        tmp_path,
        "market_shocks",
        lambda text: text.replace("DeepSeek talk builds,NVDA,-3.1,1d", "DeepSeek, talk builds,NVDA,1d", 1),
    )
    assert {problem.column for problem in error.problems} >= {"move_pct"}


@pytest.mark.parametrize(
    ("name", "old", "new", "column", "found", "allowed"),
    [
        ("gap_series", "2024-12-31,mmlu_gap_pp", "2024-13-31,mmlu_gap_pp", "date", "2024-13-31", "YYYY-MM-DD"),
        ("gap_series", "2024-12-31,mmlu_gap_pp", "2026-01-31,mmlu_gap_pp", "date", "2026-01-31", "2025-12-31"),
        ("gap_series", ",17.5,percentage", ",about 17,percentage", "gap", "about 17", "a number"),
        ("gap_series", ",17.5,percentage", ",nan,percentage", "gap", "nan", "finite"),
        ("valuations", ",US,tender,86,", ",US,tender,-86,", "valuation_usd_bn", "-86", "greater than 0"),
        ("valuations", ",US,tender,86,", ",US,gift,86,", "kind", "gift", "private_round"),
        ("export_controls", ",0.25,,firm", ",2.5,,firm", "us_strength_index_after", "2.5", "equal to 1"),
        ("access", "OpenAI,US,kyc,1,", "OpenAI,US,kyc,2,", "direction", "2", "'1' or '-1'"),
        ("model_releases", ",113.9,105.0,117.4,", ",113.9,115.0,117.4,", "", "113.9", "interval"),
        ("adoption", ",own memory (not looked up),,low", ",own memory (not looked up),,high", "", "high", "low"),
        ("adoption", "own memory (not looked up)", "a friend", "", "without an address", "own memory"),
        ("compute", "https://epoch.ai/data-insights/china-compute-trends", "epoch.ai", "source_url", "epoch.ai", "https://"),
        ("distillation", "aime_2024,28.9,pct", "aime_2024,,pct", "", "no value", "allegation"),
        ("narratives", ",BIS,official,", ",,official,", "source", "''", "at least 1 character"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_with_its_line(tmp_path, name, old, new, column, found, allowed):
    error = broken(tmp_path, name, lambda text: text.replace(old, new, 1))
    [problem] = error.problems
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8")
    assert problem.line == text[: text.index(old)].count("\n") + 1
    assert problem.column == column
    assert found in problem.found
    assert allowed in problem.allowed
    assert f"{name}.csv:{problem.line}" in str(error)


def test_a_wrong_header_is_named(tmp_path):
    error = broken(tmp_path, "access", lambda text: text.replace("magnitude", "size", 1))
    assert "size" in error.problems[0].found
    assert "magnitude" in error.problems[0].allowed


def test_an_open_quotation_mark_is_caught(tmp_path):
    error = broken(tmp_path, "access", lambda text: text.rstrip("\n") + '\n2025-01-01,"OpenAI,US\n')
    assert error.problems[0].line == len(lines("access")) + 1


def test_all_faults_are_told_at_once(tmp_path):
    error = broken(tmp_path, "valuations", lambda text: re.sub(r",(high|medium)\b", ",certain", text))
    assert len(error.problems) > 30
    assert "problems in the evidence" in str(error)


# -- roles --------------------------------------------------------------------------------------------------


def test_every_developer_and_company_has_a_stated_role():
    for developer in load("model_releases")["developer"].unique():
        role_of(developer)
    for company in load("valuations")["company"].unique():
        role_of(company)


def test_roles_keep_bloc_and_openness():
    releases = load("model_releases")
    for developer, country in set(zip(releases["developer"], releases["country"], strict=True)):
        role = role_of(developer)
        assert (role is None) == (country == "other")
        assert role is None or role.startswith({"US": "us-", "CN": "cn-"}[country])
    assert role_of("OpenAI") == "us-closed-1"
    assert developers_of("cn-open-1") == ["DeepSeek"]


def test_a_developer_without_a_stated_role_is_named():
    with pytest.raises(ValueError, match="no role is stated for 'Newcomer'"):
        role_of("Newcomer")
