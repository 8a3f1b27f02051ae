//! The last sheet: counts, verdicts, scores of all texts, two charts with the figures they are drawn from.

use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLegendPosition, ChartSeries, ChartSolidFill, ChartType, Color, Format,
    FormatAlign, Url, Worksheet, XlsxError,
};

use super::pairs::Pairs;
use super::sheet::fitting;
use super::{CHARTS, SHEETS, style};
use crate::model::Verdict;
use crate::pipeline::Threshold;
use crate::report::finished::Finished;
use crate::report::order::VERDICTS;
use crate::report::spread::Spread;
use crate::report::tally::{SEVERITIES, Tally};

/// Row and column of the first chart; the second stands under it.
const PLACE: (u32, u16) = (3, 5);

/// Width of the charts in pixels.
const CHART_WIDTH: u32 = 680;

/// Pairs below which their segments are drawn: a few pairs make no picture.
const FEW_PAIRS: usize = 10;

/// Fills the sheet: figures on the left, charts beside them, and below what needs many words.
pub fn write(
    sheet: &mut Worksheet,
    run: &Finished,
    pairs: &Pairs,
    segments: &Spread,
    tally: &Tally,
) -> Result<(), XlsxError> {
    sheet.set_screen_gridlines(false).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, 28)?.set_column_range_width(1, 3, 10)?.set_column_width(4, 3)?;
    let mut page = Page { sheet, row: 0 };
    page.head(run)?;
    page.counts(run, pairs, tally)?;
    let (of_pairs, scored) = (pairs.spread(run.thresholds()), run.manifest().counts.scored);
    let (spread, what) = if scored < FEW_PAIRS { (segments, "segments") } else { (&of_pairs, "pairs") };
    page.spread(spread, what)?;
    page.findings(&tally.most_first())?;
    page.thresholds(run)?;
    page.sheets()
}

/// The sheet, filled from top to bottom.
struct Page<'s> {
    sheet: &'s mut Worksheet,
    row: u32,
}

impl Page<'_> {
    fn head(&mut self, run: &Finished) -> Result<(), XlsxError> {
        let title = fitting(&format!("pairscore: {}", run.pipeline_name()));
        let signature = fitting(&run.manifest().signature);
        let large = Format::new().set_bold().set_font_size(16);
        self.sheet.write_string_with_format(0, 0, title, &large)?.set_row_height(0, 24)?;
        self.sheet.write_string_with_format(1, 0, signature, &style::quiet())?;
        self.row = 2;
        Ok(())
    }

    fn counts(&mut self, run: &Finished, pairs: &Pairs, tally: &Tally) -> Result<(), XlsxError> {
        let manifest = run.manifest();
        let counts = manifest.counts;
        self.section(&["Pairs and lone files", "count"])?;
        self.count("found", counts.found)?;
        self.count("scored", counts.scored)?;
        self.count("quarantined", counts.quarantined)?;
        self.count("unpaired", counts.unpaired)?;
        self.section(&["Verdicts", "pairs"])?;
        for verdict in VERDICTS {
            self.count(verdict.name(), pairs.verdicts(verdict))?;
        }
        self.section(&["Findings", "count"])?;
        for severity in SEVERITIES {
            self.count(severity.name(), tally.of_severity(severity))?;
        }
        self.count("accepted before, left out", manifest.accepted)?;
        self.section(&["All texts as one corpus", "score"])?;
        for (name, score) in manifest.scores.named() {
            match score {
                Some(score) => self.line(name, score, "0.0")?,
                None => self.text(name, "does not apply")?,
            }
        }
        Ok(())
    }

    /// A histogram of scores, and the table it is drawn from.
    fn spread(&mut self, spread: &Spread, what: &str) -> Result<(), XlsxError> {
        let histogram = spread.main();
        let (measure, classes) = (histogram.name(), histogram.classes());
        self.section(&[measure, what])?;
        let first = self.row;
        for (class, count) in &classes {
            self.count(class, *count)?;
        }
        let mut chart = Chart::new(ChartType::Column);
        let title = format!("{measure} of {} {what}", classes.iter().map(|(_, count)| count).sum::<usize>());
        chart.title().set_name(&title).set_font(&style::chart_title());
        chart.x_axis().set_name(&measure.to_lowercase());
        chart.y_axis().set_name(what).set_major_gridlines_line(&style::grid()).set_num_format("0");
        chart.legend().set_hidden();
        add_series(&mut chart, [first, self.row - 1], 1, style::SCORE).set_gap(15);
        chart.set_width(CHART_WIDTH).set_height(320).set_alt_text(&title);
        self.sheet.insert_chart(PLACE.0, PLACE.1, &chart)?;
        Ok(())
    }

    /// Findings by check and severity, as a table and stacked bars.
    fn findings(&mut self, checks: &[(&str, [usize; 3])]) -> Result<(), XlsxError> {
        let severities = style::SEVERITIES;
        self.section(&["Findings by check", severities[0].0, severities[1].0, severities[2].0])?;
        let first = self.row;
        for (check, counts) in checks {
            for (column, count) in (1..).zip(counts) {
                self.sheet.write_number_with_format(
                    self.row,
                    column,
                    *count as f64,
                    &style::number("#,##0"),
                )?;
            }
            self.name(check)?;
        }
        if checks.is_empty() {
            return self.text("none", "");
        }
        let mut chart = Chart::new(ChartType::BarStacked);
        chart.title().set_name("Findings by check").set_font(&style::chart_title());
        // In a bar chart y is the axis of names; reversed, the first of the table stands on top.
        chart.y_axis().set_reverse().set_major_gridlines(false);
        chart.x_axis().set_major_gridlines(true).set_major_gridlines_line(&style::grid()).set_num_format("0");
        chart.legend().set_position(ChartLegendPosition::Bottom);
        for (column, (severity, color)) in (1..).zip(severities) {
            add_series(&mut chart, [first, self.row - 1], column, color).set_name(severity).set_gap(40);
        }
        let height = 110 + 22 * checks.len() as u32;
        chart.set_width(CHART_WIDTH).set_height(height).set_alt_text("Findings by check and severity");
        self.sheet.insert_chart(PLACE.0 + 17, PLACE.1, &chart)?;
        // What follows is wide: it begins under the charts.
        self.row = self.row.max(PLACE.0 + 18 + height.div_ceil(20));
        Ok(())
    }

    fn thresholds(&mut self, run: &Finished) -> Result<(), XlsxError> {
        self.section(&["Rules of the verdict", "", "", ""])?;
        self.text(Verdict::Fail.name(), &limits(&run.thresholds().fail))?;
        self.text(Verdict::Review.name(), &limits(&run.thresholds().review))?;
        self.text(Verdict::Pass.name(), "otherwise")
    }

    fn sheets(&mut self) -> Result<(), XlsxError> {
        self.section(&["Sheets", "", "", ""])?;
        for (name, holds) in &SHEETS[..SHEETS.len() - 1] {
            let link = Url::new(format!("internal:'{name}'!A1")).set_text(*name);
            self.text(name, holds)?;
            self.sheet.write_url_with_format(self.row - 1, 0, link, &style::link())?;
        }
        self.text("", "columns without any value are hidden")
    }

    /// Heads a table of figures.
    fn section(&mut self, names: &[&str]) -> Result<(), XlsxError> {
        self.row += 1;
        for (column, name) in (0..).zip(names) {
            let align = if column == 0 { FormatAlign::Left } else { FormatAlign::Right };
            self.sheet.write_string_with_format(
                self.row,
                column,
                *name,
                &style::header().set_align(align),
            )?;
        }
        self.row += 1;
        Ok(())
    }

    fn count(&mut self, name: &str, count: usize) -> Result<(), XlsxError> {
        self.line(name, count as f64, "#,##0")
    }

    /// A name, in its colours where it has any, and a number beside it.
    fn line(&mut self, name: &str, number: f64, format: &str) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(self.row, 1, number, &style::number(format))?;
        self.name(name)
    }

    /// A name and what is said of it.
    fn text(&mut self, name: &str, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 1, fitting(text), &style::text())?;
        self.name(name)
    }

    fn name(&mut self, name: &str) -> Result<(), XlsxError> {
        let format = style::word(name).unwrap_or_else(style::text);
        self.sheet.write_string_with_format(self.row, 0, fitting(name), &format)?;
        self.row += 1;
        Ok(())
    }
}

/// A series of counts in rows `first` to `last`, their names in the first column.
fn add_series(chart: &mut Chart, [first, last]: [u32; 2], column: u16, color: Color) -> &mut ChartSeries {
    let series = chart.add_series();
    series.set_categories((CHARTS, first, 0, last, 0)).set_values((CHARTS, first, column, last, column));
    series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color)))
}

fn limits(threshold: &Threshold) -> String {
    let limits = [
        threshold.similarity_below.map(|limit| format!("similarity below {limit}")),
        threshold.coverage_below.map(|limit| format!("coverage below {limit}")),
        threshold.error_points_above.map(|limit| format!("error points above {limit}")),
        threshold.critical.map(|limit| format!("{limit} or more critical findings")),
        threshold.major.map(|limit| format!("{limit} or more major findings")),
    ];
    let limits: Vec<String> = limits.into_iter().flatten().collect();
    if limits.is_empty() { "never".into() } else { limits.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_a_verdict_are_said_in_words() {
        let threshold = Threshold { coverage_below: Some(0.5), critical: Some(1), ..Threshold::default() };
        assert_eq!(limits(&threshold), "coverage below 0.5; 1 or more critical findings");
        assert_eq!(limits(&Threshold::default()), "never");
    }
}
