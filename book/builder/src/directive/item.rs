//! An item of a Rust file, found by its name.

use std::ops::Range;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{ImplItem, Item, TraitItem, Type};

/// The lines of the item `name` in the Rust file `source`, with its doc comment and attributes.
///
/// A name is that of a function, struct, enum, constant, static, type, trait, macro or module;
/// `Type::name` for an item of an impl or a trait; `impl Trait` or `impl Type` for an impl itself.
///
/// # Errors
/// A sentence, if the file is not valid Rust, or if it has no such item or several.
pub fn lines(source: &str, name: &str) -> Result<Range<usize>, String> {
    let file = syn::parse_file(source).map_err(|error| {
        format!("line {} is not valid Rust: {error}", error.span().start().line)
    })?;
    let mut named = Vec::new();
    collect(&file.items, &mut named);

    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = |full: &str| full.rsplit("::").next() == Some(&name);
    let mut found: Vec<_> = named.iter().filter(|item| item.names.contains(&name)).collect();
    if found.is_empty() {
        // The name of an item of an impl may omit the type, if it is unique.
        found = named.iter().filter(|item| short(&item.names[0])).collect();
    }
    match found[..] {
        [item] => Ok(item.span.start().line - 1..item.span.end().line),
        [] => {
            let names: Vec<_> = named.iter().map(|item| item.names[0].as_str()).collect();
            Err(format!("it has no item `{name}`. It has: {}", names.join(", ")))
        }
        _ => {
            let names: Vec<_> = found.iter().map(|item| item.names[0].as_str()).collect();
            Err(format!("it has several items `{name}`; write one of: {}", names.join(", ")))
        }
    }
}

/// An item, and what it may be called: the most exact first.
struct Named {
    names: Vec<String>,
    span: Span,
}

/// The items of a file. Those of a module come after it.
fn collect(items: &[Item], named: &mut Vec<Named>) {
    for item in items {
        let mut name = |name: String| named.push(Named { names: vec![name], span: item.span() });
        match item {
            Item::Const(item) => name(item.ident.to_string()),
            Item::Enum(item) => name(item.ident.to_string()),
            Item::Fn(item) => name(item.sig.ident.to_string()),
            Item::Static(item) => name(item.ident.to_string()),
            Item::Struct(item) => name(item.ident.to_string()),
            Item::Type(item) => name(item.ident.to_string()),
            Item::Macro(item) => {
                if let Some(ident) = &item.ident {
                    name(ident.to_string());
                }
            }
            Item::Mod(item) => {
                name(item.ident.to_string());
                if let Some((_, items)) = &item.content {
                    collect(items, named);
                }
            }
            Item::Trait(item) => {
                name(item.ident.to_string());
                inside(&item.ident.to_string(), &item.items, trait_name, named);
            }
            Item::Impl(item) => {
                let of = type_name(&item.self_ty);
                let names = match &item.trait_ {
                    None => vec![format!("impl {of}")],
                    Some((_, path, _)) => {
                        let ident = path.segments.last().map(|part| part.ident.to_string());
                        let ident = ident.unwrap_or_default();
                        vec![format!("impl {ident} for {of}"), format!("impl {ident}")]
                    }
                };
                named.push(Named { names, span: item.span() });
                inside(&of, &item.items, impl_name, named);
            }
            _ => {}
        }
    }
}

/// The items of an impl or a trait, named after it.
fn inside<T: Spanned>(
    of: &str,
    items: &[T],
    name: impl Fn(&T) -> Option<String>,
    named: &mut Vec<Named>,
) {
    for item in items {
        if let Some(name) = name(item) {
            named.push(Named { names: vec![format!("{of}::{name}")], span: item.span() });
        }
    }
}

fn impl_name(item: &ImplItem) -> Option<String> {
    match item {
        ImplItem::Const(item) => Some(item.ident.to_string()),
        ImplItem::Fn(item) => Some(item.sig.ident.to_string()),
        ImplItem::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

fn trait_name(item: &TraitItem) -> Option<String> {
    match item {
        TraitItem::Const(item) => Some(item.ident.to_string()),
        TraitItem::Fn(item) => Some(item.sig.ident.to_string()),
        TraitItem::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The name of a type without its generics and path: `Mutex` of `std::sync::Mutex<T>`.
fn type_name(of: &Type) -> String {
    match of {
        Type::Path(path) => {
            path.path.segments.last().map_or_else(String::new, |part| part.ident.to_string())
        }
        Type::Reference(reference) => type_name(&reference.elem),
        _ => "_".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;

    const SOURCE: &str = "\
//! A file.

/// How long.
const LIMIT: u64 = 1;

/// A server.
#[derive(Clone)]
pub struct Server {
    node: u8,
}

impl Handler for Server {
    type Request = u8;

    /// Begins.
    fn init(node: u8) -> Self {
        Server { node }
    }
}

impl Server {
    fn tell(&self) {}
}

struct Client;

impl Client {
    fn tell(&self) {}
}

/// Repeats.
async fn deliver() {
    // Until then.
}
";

    /// The lines of an item, joined.
    fn item(name: &str) -> Result<String, String> {
        let lines = lines(SOURCE, name)?;
        Ok(SOURCE.lines().skip(lines.start).take(lines.len()).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn an_item_comes_with_its_doc_comment_and_attributes() {
        assert_eq!(
            item("deliver").unwrap(),
            "/// Repeats.\nasync fn deliver() {\n    // Until then.\n}"
        );
        assert_eq!(item("LIMIT").unwrap(), "/// How long.\nconst LIMIT: u64 = 1;");
        assert!(item("Server").unwrap().starts_with("/// A server.\n#[derive(Clone)]\npub struct"));
    }

    #[test]
    fn an_impl_and_its_items_have_names() {
        assert!(item("impl Handler").unwrap().starts_with("impl Handler for Server {"));
        assert_eq!(item("impl Handler for Server"), item("impl Handler"));
        assert!(item("impl Server").unwrap().starts_with("impl Server {"));
        assert!(item("Server::init").unwrap().starts_with("    /// Begins.\n    fn init"));
        assert_eq!(item("init"), item("Server::init"));
    }

    #[test]
    fn the_error_for_a_missing_or_ambiguous_item_lists_those_that_exist() {
        let problem = item("delivers").unwrap_err();
        assert!(problem.contains("no item `delivers`"), "{problem}");
        assert!(problem.contains("LIMIT, Server, impl Handler for Server, "), "{problem}");
        let problem = item("tell").unwrap_err();
        assert!(problem.contains("write one of: Server::tell, Client::tell"), "{problem}");
        let problem = lines("fn f() {\n\n}}", "f").unwrap_err();
        assert!(problem.contains("line 3"), "{problem}");
    }
}
