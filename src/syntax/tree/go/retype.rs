//! What was read as an expression and turns out to be a type.

use super::super::Record;
use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::Parser;

/// How much the grammar prefers each of the two things that a text may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Weight {
    pub(super) as_expression: i32,
    pub(super) as_type: i32,
}

impl Weight {
    const fn new(as_expression: i32, as_type: i32) -> Self {
        Self { as_expression, as_type }
    }
}

impl Parser<'_> {
    /// The weight of the node that was completed last, if it may be a type.
    pub(super) fn weight_of_last(&self) -> Option<Weight> {
        self.weight_before(self.builder.mark())
    }

    /// Whether the node that was completed last may be a union of types, such as `A | B`.
    pub(super) fn may_be_union(&self) -> bool {
        let nodes = &self.builder.nodes;
        let mut position = nodes.len();
        // From the last operand to the first one.
        let mut is_union = || {
            position = position.checked_sub(1)?;
            if !self.builder.is(*nodes.get(position)?, Kind::BinaryExpression) {
                return self.weight(nodes, position).map(|_| true);
            }
            let right = position.checked_sub(1)?;
            position = right.checked_sub(nodes.get(right)?.size as usize)?;
            let is_or = self.builder.is(*nodes.get(position)?, Kind::BitOr);
            self.weight(nodes, right).filter(|_| is_or).map(|_| false)
        };
        while let Some(is_first) = is_union() {
            if is_first {
                return true;
            }
        }
        false
    }

    /// The weight of the node that was completed last before `mark`, if it may be a type.
    pub(super) fn weight_before(&self, mark: Mark) -> Option<Weight> {
        self.weight(&self.builder.nodes, mark.0.checked_sub(1)?)
    }

    fn weight(&self, nodes: &[Record], position: usize) -> Option<Weight> {
        let node = *nodes.get(position)?;
        let is = |kind| self.builder.is(node, kind);
        let inside = || self.weight(nodes, position.checked_sub(1)?);
        if is(Kind::Identifier) {
            self.may_name_type(node).then_some(Weight::new(0, -1))
        } else if is(Kind::SelectorExpression) {
            self.is_qualified(nodes, position).then_some(Weight::new(0, 0))
        } else if is(Kind::IndexExpression) {
            let index = inside()?;
            let operand = position - 1 - nodes.get(position - 1)?.size as usize;
            let is_name = self.builder.is(*nodes.get(operand)?, Kind::Identifier);
            (is_name || self.is_qualified(nodes, operand))
                .then_some(Weight::new(1 + index.as_expression, 3 + index.as_type))
        } else if is(Kind::TypeInstantiationExpression) {
            let operand = *nodes.get((position + 1).checked_sub(node.size as usize)?)?;
            let is_name = self.builder.is(operand, Kind::TypeIdentifier);
            Some(Weight::new(-1 - i32::from(is_name), 3))
        } else if is(Kind::UnaryExpression) {
            self.is_starred(nodes, position).then(inside)?
        } else if is(Kind::ParenthesizedExpression) {
            inside()
        } else {
            None
        }
    }

    /// Whether an identifier may be one of a type: the grammar knows some as words.
    fn may_name_type(&self, node: Record) -> bool {
        let text = self.text.get(node.start as usize..node.end as usize).unwrap_or("");
        !matches!(text, "new" | "make")
    }

    /// Whether it is a name in a package, with nothing else in it.
    fn is_qualified(&self, nodes: &[Record], position: usize) -> bool {
        let node = |back: usize| position.checked_sub(back).and_then(|at| nodes.get(at)).copied();
        node(0).is_some_and(|node| node.size == 3 && self.builder.is(node, Kind::SelectorExpression))
            && node(1).is_some_and(|node| self.builder.is(node, Kind::FieldIdentifier))
            && node(2).is_some_and(|node| self.builder.is(node, Kind::Identifier) && self.may_name_type(node))
    }

    /// Whether a unary expression is one of a star, with nothing else before its operand.
    fn is_starred(&self, nodes: &[Record], position: usize) -> bool {
        let first = |size: u32| nodes.get((position + 1).checked_sub(size as usize)?).copied();
        nodes.get(position).is_some_and(|node| {
            first(node.size).is_some_and(|first| self.builder.is(first, Kind::Star))
                && nodes.get(position - 1).is_some_and(|operand| operand.size + 2 == node.size)
        })
    }

    /// Makes a type of the name that was completed last before `mark`.
    pub(super) fn name_type(&mut self, mark: Mark) -> Option<()> {
        let position = mark.0.checked_sub(1)?;
        let node = *self.builder.nodes.get(position)?;
        if self.builder.is(node, Kind::Identifier) && self.may_name_type(node) {
            *self.builder.nodes.get_mut(position)? =
                self.builder.as_kind(node, Kind::TypeIdentifier, Part::Nothing);
            return Some(());
        }
        if !self.is_qualified(&self.builder.nodes, position) {
            return None;
        }
        let parts = [
            (Kind::QualifiedType, Part::Nothing),
            (Kind::TypeIdentifier, Part::Name),
            (Kind::PackageIdentifier, Part::Package),
        ];
        for (back, (kind, part)) in parts.into_iter().enumerate() {
            let node = *self.builder.nodes.get(position - back)?;
            *self.builder.nodes.get_mut(position - back)? = self.builder.as_kind(node, kind, part);
        }
        Some(())
    }

    /// Makes a type of the expression that was completed since `mark`.
    pub(super) fn retype(&mut self, mark: Mark) -> Option<()> {
        let nodes = self.builder.nodes.split_off(mark.0);
        self.emit(&nodes, nodes.len().checked_sub(1)?)
    }

    /// Makes the type of an instantiation of the expression that was completed between two marks.
    pub(super) fn retype_before(&mut self, mark: Mark, end: Mark) -> Option<()> {
        let behind = self.builder.nodes.split_off(end.0);
        self.retype(mark)?;
        self.builder.part(Part::Type);
        self.builder.nodes.extend_from_slice(&behind);
        Some(())
    }

    /// Completes the expression at `position` of `nodes` as a type.
    fn emit(&mut self, nodes: &[Record], position: usize) -> Option<()> {
        let node = *nodes.get(position)?;
        let first = (position + 1).checked_sub(node.size as usize)?;
        let is = |kind| self.builder.is(node, kind);
        let mark = self.builder.mark();
        if is(Kind::Identifier) || is(Kind::SelectorExpression) {
            self.builder.nodes.extend_from_slice(nodes.get(first..=position)?);
            return self.name_type(self.builder.mark());
        }
        let kind = if is(Kind::UnaryExpression) && self.is_starred(nodes, position) {
            Kind::PointerType
        } else if is(Kind::ParenthesizedExpression) {
            Kind::ParenthesizedType
        } else if is(Kind::IndexExpression) || is(Kind::TypeInstantiationExpression) {
            return self.emit_generic(nodes, position);
        } else if self.is_type(node) {
            let nodes = nodes.get(first..=position)?;
            self.builder.nodes.extend_from_slice(nodes);
            return Some(());
        } else {
            return None;
        };
        self.emit(nodes, position.checked_sub(1)?)?;
        let alone = u32::from(kind == Kind::PointerType) + 1 + nodes.get(position - 1)?.size;
        self.builder.close(mark, kind, node.start, node.end);
        // Comments have no place in a type that is made so.
        (alone == node.size).then_some(())
    }

    /// `A[B]` and `A[B, C]`
    fn emit_generic(&mut self, nodes: &[Record], position: usize) -> Option<()> {
        let node = *nodes.get(position)?;
        let first = (position + 1).checked_sub(node.size as usize)?;
        let mut children = Vec::new();
        let mut end = position;
        while end > first {
            let child = end - 1;
            children.push(child);
            end = end.checked_sub(nodes.get(child)?.size as usize)?;
        }
        let operand = *nodes.get(children.pop()?)?;
        let mark = self.builder.mark();
        let size = operand.size as usize;
        self.builder.nodes.extend_from_slice(nodes.get(first..first + size)?);
        if self.builder.is(node, Kind::IndexExpression) {
            self.name_type(self.builder.mark())?;
        }
        self.builder.part(Part::Type);
        let arguments = self.builder.mark();
        for child in children.into_iter().rev() {
            let elem = self.builder.mark();
            self.emit(nodes, child)?;
            let child = *nodes.get(child)?;
            self.builder.part(Part::Nothing);
            self.builder.close(elem, Kind::TypeElem, child.start, child.end);
        }
        let behind = self.text.get(operand.end as usize..node.end as usize)?;
        let start = operand.end + u32::try_from(behind.find('[')?).ok()?;
        self.builder.close(arguments, Kind::TypeArguments, start, node.end);
        self.builder.part(Part::TypeArguments);
        self.builder.close(mark, Kind::GenericType, node.start, node.end);
        Some(())
    }

    fn is_type(&self, node: Record) -> bool {
        [
            Kind::ArrayType,
            Kind::ChannelType,
            Kind::FunctionType,
            Kind::GenericType,
            Kind::InterfaceType,
            Kind::MapType,
            Kind::NegatedType,
            Kind::ParenthesizedType,
            Kind::PointerType,
            Kind::QualifiedType,
            Kind::SliceType,
            Kind::StructType,
            Kind::TypeIdentifier,
        ]
        .iter()
        .any(|kind| self.builder.is(node, *kind))
    }
}
