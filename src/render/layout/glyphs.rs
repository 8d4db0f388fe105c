//! The characters that frames and marks are drawn with.

/// One set of them.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// Before the place of the first excerpt; begins one column left of the bar.
    pub(super) first: &'static str,
    /// Before the place of a further excerpt.
    pub(super) next: &'static str,
    /// Whether an empty frame line stands before further excerpts and before notes.
    pub(super) spaced: bool,
    /// Right of the line numbers.
    pub(super) bar: char,
    /// In place of lines that are left out.
    pub(super) dots: &'static str,
    /// Whether these stand in the column of the bar; else at the left edge.
    pub(super) dots_at_bar: bool,
    /// In place of text that is left out of a long line.
    pub(super) ellipsis: &'static str,
    /// Before a note.
    pub(super) note: &'static str,
    /// Before the last note.
    pub(super) last_note: &'static str,
    /// Before the further lines of a note that is not the last.
    pub(super) note_bar: &'static str,
    /// Under what a primary label marks.
    pub(super) primary: char,
    /// Under what the other labels mark.
    pub(super) secondary: char,
    /// From a mark down to its label, and along the lines of a long mark.
    pub(super) connector: char,
    /// Where a mark of several lines begins with its line.
    pub(super) opening: char,
    /// In the column of connectors, where a mark begins or ends inside its line.
    pub(super) corner_down: char,
    /// Where it ends.
    pub(super) corner_up: char,
    /// From there to the character.
    pub(super) run: char,
    /// At the first or last character of a primary mark of several lines.
    pub(super) primary_end: char,
    /// At that of another one.
    pub(super) secondary_end: char,
}

pub(super) const ASCII: Glyphs = Glyphs {
    first: " --> ",
    next: " ::: ",
    spaced: true,
    bar: '|',
    dots: "...",
    dots_at_bar: false,
    ellipsis: "...",
    note: "= ",
    last_note: "= ",
    note_bar: " ",
    primary: '^',
    secondary: '-',
    connector: '|',
    opening: '/',
    corner_down: ' ',
    corner_up: '|',
    run: '_',
    primary_end: '^',
    secondary_end: '-',
};

pub(super) const UNICODE: Glyphs = Glyphs {
    first: "  ╭─▸ ",
    next: "  ├─▸ ",
    spaced: false,
    bar: '│',
    dots: "┆",
    dots_at_bar: true,
    ellipsis: "…",
    note: "├ ",
    last_note: "╰ ",
    note_bar: "│",
    primary: '━',
    secondary: '─',
    connector: '│',
    opening: '╭',
    corner_down: '╭',
    corner_up: '╰',
    run: '─',
    primary_end: '┘',
    secondary_end: '┘',
};
