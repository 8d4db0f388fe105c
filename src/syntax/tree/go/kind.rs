//! The kinds of nodes of a Go file and the parts they play, by the names of the tree-sitter grammar, and the numbers
//! that the grammar gives them.

use std::sync::OnceLock;

use super::super::Language;
use super::super::completed::names;

names! {
    /// What a node is. The kinds before [`Kind::FIRST_NAMED`] are operators, which the grammar gives no name.
    Kind {
        Not "!",
        Differs "!=",
        Modulo "%",
        ModuloBy "%=",
        BitAnd "&",
        And "&&",
        AndWith "&=",
        Clear "&^",
        ClearWith "&^=",
        Star "*",
        MultiplyBy "*=",
        Plus "+",
        AddTo "+=",
        Minus "-",
        SubtractFrom "-=",
        Divide "/",
        DivideBy "/=",
        Smaller "<",
        Arrow "<-",
        ShiftLeft "<<",
        ShiftLeftBy "<<=",
        SmallerOrEqual "<=",
        Equal "=",
        Equals "==",
        Larger ">",
        LargerOrEqual ">=",
        ShiftRight ">>",
        ShiftRightBy ">>=",
        BitXor "^",
        XorWith "^=",
        BitOr "|",
        OrWith "|=",
        Or "||",
        ArgumentList "argument_list",
        ArrayType "array_type",
        AssignmentStatement "assignment_statement",
        BinaryExpression "binary_expression",
        BlankIdentifier "blank_identifier",
        Block "block",
        BreakStatement "break_statement",
        CallExpression "call_expression",
        ChannelType "channel_type",
        Comment "comment",
        CommunicationCase "communication_case",
        CompositeLiteral "composite_literal",
        ConstDeclaration "const_declaration",
        ConstSpec "const_spec",
        ContinueStatement "continue_statement",
        DecStatement "dec_statement",
        DefaultCase "default_case",
        DeferStatement "defer_statement",
        Dot "dot",
        EscapeSequence "escape_sequence",
        ExpressionCase "expression_case",
        ExpressionList "expression_list",
        ExpressionStatement "expression_statement",
        ExpressionSwitchStatement "expression_switch_statement",
        FallthroughStatement "fallthrough_statement",
        False "false",
        FieldDeclaration "field_declaration",
        FieldDeclarationList "field_declaration_list",
        FieldIdentifier "field_identifier",
        FloatLiteral "float_literal",
        ForClause "for_clause",
        ForStatement "for_statement",
        FuncLiteral "func_literal",
        FunctionDeclaration "function_declaration",
        FunctionType "function_type",
        GenericType "generic_type",
        GoStatement "go_statement",
        GotoStatement "goto_statement",
        Identifier "identifier",
        IfStatement "if_statement",
        ImaginaryLiteral "imaginary_literal",
        ImplicitLengthArrayType "implicit_length_array_type",
        ImportDeclaration "import_declaration",
        ImportSpec "import_spec",
        ImportSpecList "import_spec_list",
        IncStatement "inc_statement",
        IndexExpression "index_expression",
        IntLiteral "int_literal",
        InterfaceType "interface_type",
        InterpretedStringLiteral "interpreted_string_literal",
        InterpretedStringLiteralContent "interpreted_string_literal_content",
        Iota "iota",
        KeyedElement "keyed_element",
        LabelName "label_name",
        LabeledStatement "labeled_statement",
        LiteralElement "literal_element",
        LiteralValue "literal_value",
        MapType "map_type",
        MethodDeclaration "method_declaration",
        MethodElem "method_elem",
        NegatedType "negated_type",
        Nil "nil",
        PackageClause "package_clause",
        PackageIdentifier "package_identifier",
        ParameterDeclaration "parameter_declaration",
        ParameterList "parameter_list",
        ParenthesizedExpression "parenthesized_expression",
        ParenthesizedType "parenthesized_type",
        PointerType "pointer_type",
        QualifiedType "qualified_type",
        RangeClause "range_clause",
        RawStringLiteral "raw_string_literal",
        RawStringLiteralContent "raw_string_literal_content",
        ReceiveStatement "receive_statement",
        ReturnStatement "return_statement",
        RuneLiteral "rune_literal",
        SelectStatement "select_statement",
        SelectorExpression "selector_expression",
        SendStatement "send_statement",
        ShortVarDeclaration "short_var_declaration",
        SliceExpression "slice_expression",
        SliceType "slice_type",
        SourceFile "source_file",
        StatementList "statement_list",
        StructType "struct_type",
        True "true",
        TypeAlias "type_alias",
        TypeArguments "type_arguments",
        TypeAssertionExpression "type_assertion_expression",
        TypeCase "type_case",
        TypeConstraint "type_constraint",
        TypeConversionExpression "type_conversion_expression",
        TypeDeclaration "type_declaration",
        TypeElem "type_elem",
        TypeIdentifier "type_identifier",
        TypeInstantiationExpression "type_instantiation_expression",
        TypeParameterDeclaration "type_parameter_declaration",
        TypeParameterList "type_parameter_list",
        TypeSpec "type_spec",
        TypeSwitchStatement "type_switch_statement",
        UnaryExpression "unary_expression",
        VarDeclaration "var_declaration",
        VarSpec "var_spec",
        VarSpecList "var_spec_list",
        VariadicArgument "variadic_argument",
        VariadicParameterDeclaration "variadic_parameter_declaration",
    }
}

impl Kind {
    pub(super) const FIRST_NAMED: Self = Self::ArgumentList;

    pub(super) fn is_named(self) -> bool {
        self as usize >= Self::FIRST_NAMED as usize
    }
}

names! {
    /// What part a node is of what it stands in.
    Part {
        Nothing "",
        Alias "alias",
        Alternative "alternative",
        Arguments "arguments",
        Body "body",
        Capacity "capacity",
        Channel "channel",
        Communication "communication",
        Condition "condition",
        Consequence "consequence",
        Element "element",
        End "end",
        Field "field",
        Function "function",
        Index "index",
        Initializer "initializer",
        Key "key",
        Label "label",
        Left "left",
        Length "length",
        Name "name",
        Operand "operand",
        Operator "operator",
        Package "package",
        Parameters "parameters",
        Path "path",
        Receiver "receiver",
        Result "result",
        Right "right",
        Start "start",
        Tag "tag",
        Type "type",
        TypeArguments "type_arguments",
        TypeParameters "type_parameters",
        Update "update",
        Value "value",
    }
}

/// The grammar's numbers of kinds and parts, by our own.
#[derive(Debug)]
pub(super) struct Numbers {
    kinds: Vec<u16>,
    parts: Vec<u8>,
}

impl Numbers {
    /// All of them; `None` if the grammar lacks one.
    pub(super) fn get() -> Option<&'static Self> {
        static NUMBERS: OnceLock<Option<Numbers>> = OnceLock::new();
        NUMBERS.get_or_init(Self::of_grammar).as_ref()
    }

    fn of_grammar() -> Option<Self> {
        let grammar = Language::Go.grammar()?;
        let kind = |(at, name): (usize, &&str)| {
            let number = grammar.id_for_node_kind(name, at >= Kind::FIRST_NAMED as usize);
            Some(number).filter(|number| *number != 0)
        };
        let part = |name: &&str| u8::try_from(grammar.field_id_for_name(name)?.get()).ok();
        Some(Self {
            kinds: Kind::NAMES.iter().enumerate().map(kind).collect::<Option<_>>()?,
            parts: std::iter::once(Some(0))
                .chain(Part::NAMES.iter().skip(1).map(part))
                .collect::<Option<_>>()?,
        })
    }

    pub(super) fn kind(&self, kind: Kind) -> u16 {
        self.kinds.get(kind as usize).copied().unwrap_or(0)
    }

    pub(super) fn part(&self, part: Part) -> u8 {
        self.parts.get(part as usize).copied().unwrap_or(0)
    }
}
