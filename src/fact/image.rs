//! Images of this tree, as whoever builds them names them.

/// An image that is built from this tree under a name.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct NamedImage {
    /// Its name as [`crate::syntax::image_name::name_of`] has it.
    pub name: String,
    /// The context, from the root of the repository; `.` where none is written.
    pub context: String,
    /// The Dockerfile, from the root of the repository; without it the `Dockerfile` of the context.
    pub file: Option<String>,
    /// The stage that becomes the image, in small letters; without it the last.
    pub target: Option<String>,
}
