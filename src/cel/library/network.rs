//! IP addresses and CIDR blocks.

use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;

use super::{BOOL, Function, INT, Outcome, Overload, STRING, Sig, extension, misfit};
use crate::cel::value::display::quoted;
use crate::cel::value::{EvalErrorKind, OpaqueValue, Value};

pub(super) const IP: Sig = Sig::Opaque("net.IP");
pub(super) const CIDR: Sig = Sig::Opaque("net.CIDR");

pub(super) static FUNCTIONS: &[Function] = &[
    extension(
        "ip",
        "an IP address from text; the address of a block",
        &[
            Overload::global("string_to_ip", &[STRING], IP, to_ip),
            Overload::global("ip_to_ip", &[IP], IP, super::standard::identity),
            Overload::member("cidr_ip", &[CIDR], IP, cidr_address),
        ],
    ),
    extension(
        "isIP",
        "whether the text is an IP address",
        &[Overload::global("is_ip", &[STRING], BOOL, is_ip)],
    ),
    extension(
        "ip.isCanonical",
        "whether the text is an IP address in its canonical spelling",
        &[Overload::global("ip_is_canonical", &[STRING], BOOL, is_canonical)],
    ),
    extension("family", "4 or 6", &[Overload::member("ip_family", &[IP], INT, family)]),
    extension(
        "isUnspecified",
        "whether it is `0.0.0.0` or `::`",
        &[Overload::member("ip_is_unspecified", &[IP], BOOL, is_unspecified)],
    ),
    extension(
        "isLoopback",
        "whether it is an address of this machine",
        &[Overload::member("ip_is_loopback", &[IP], BOOL, is_loopback)],
    ),
    extension(
        "isLinkLocalMulticast",
        "whether it is a multicast address of this link",
        &[Overload::member("ip_is_link_local_multicast", &[IP], BOOL, is_link_local_multicast)],
    ),
    extension(
        "isLinkLocalUnicast",
        "whether it is a unicast address of this link",
        &[Overload::member("ip_is_link_local_unicast", &[IP], BOOL, is_link_local_unicast)],
    ),
    extension(
        "isGlobalUnicast",
        "whether it is a global unicast address",
        &[Overload::member("ip_is_global_unicast", &[IP], BOOL, is_global_unicast)],
    ),
    extension(
        "cidr",
        "a CIDR block from text",
        &[
            Overload::global("string_to_cidr", &[STRING], CIDR, to_cidr),
            Overload::global("cidr_to_cidr", &[CIDR], CIDR, super::standard::identity),
        ],
    ),
    extension(
        "isCIDR",
        "whether the text is a CIDR block",
        &[Overload::global("is_cidr", &[STRING], BOOL, is_cidr)],
    ),
    extension(
        "containsIP",
        "whether the block holds an address",
        &[
            Overload::member("cidr_contains_ip", &[CIDR, IP], BOOL, contains_ip),
            Overload::member("cidr_contains_ip_string", &[CIDR, STRING], BOOL, contains_ip),
        ],
    ),
    extension(
        "containsCIDR",
        "whether the block holds all of another",
        &[
            Overload::member("cidr_contains_cidr", &[CIDR, CIDR], BOOL, contains_cidr),
            Overload::member("cidr_contains_cidr_string", &[CIDR, STRING], BOOL, contains_cidr),
        ],
    ),
    extension(
        "masked",
        "the block with the bits beyond its prefix cleared",
        &[Overload::member("cidr_masked", &[CIDR], CIDR, masked)],
    ),
    extension(
        "isMask",
        "whether the block's address has no bits beyond its prefix",
        &[Overload::member("cidr_is_mask", &[CIDR], BOOL, is_mask)],
    ),
    extension(
        "prefixLength",
        "the number of bits of the block's prefix",
        &[Overload::member("cidr_prefix_length", &[CIDR], INT, prefix_length)],
    ),
];

/// An address of a block: the two kinds of value of this library.
#[derive(Debug, PartialEq)]
struct Ip(IpAddr);

#[derive(Debug, PartialEq)]
struct Cidr {
    address: IpAddr,
    prefix: u8,
}

impl OpaqueValue for Ip {
    fn type_name(&self) -> &'static str {
        "net.IP"
    }

    fn equals(&self, other: &dyn OpaqueValue) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn show(&self) -> String {
        format!("ip(\"{}\")", self.0)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl OpaqueValue for Cidr {
    fn type_name(&self) -> &'static str {
        "net.CIDR"
    }

    fn equals(&self, other: &dyn OpaqueValue) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn show(&self) -> String {
        format!("cidr(\"{}/{}\")", self.address, self.prefix)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An address or block as text.
pub(super) fn text(value: &dyn OpaqueValue) -> Option<String> {
    if let Some(Ip(address)) = value.as_any().downcast_ref() {
        return Some(address.to_string());
    }
    value.as_any().downcast_ref::<Cidr>().map(|block| format!("{}/{}", block.address, block.prefix))
}

fn parse_ip(text: &str) -> Result<IpAddr, EvalErrorKind> {
    let fail = |why: &str| Err(EvalErrorKind::invalid(format!("{} is no IP address{why}", quoted(text))));
    match text.parse() {
        // Written in hexadecimal it is an IPv6 address like any other.
        Ok(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() && text.contains('.') => {
            fail(" here: an IPv4 address within IPv6 is not allowed")
        }
        Ok(address) => Ok(address),
        Err(_) if text.contains('%') => fail(" here: a zone is not allowed"),
        Err(_) => fail(""),
    }
}

fn parse_cidr(text: &str) -> Result<Cidr, EvalErrorKind> {
    let fail = || EvalErrorKind::invalid(format!("{} is no CIDR block such as \"10.0.0.0/8\"", quoted(text)));
    let (address, prefix) = text.split_once('/').ok_or_else(fail)?;
    let address = parse_ip(address)?;
    let canonical = prefix.bytes().all(|b| b.is_ascii_digit()) && (prefix == "0" || !prefix.starts_with('0'));
    let prefix: u8 = if canonical { prefix.parse().map_err(|_| fail())? } else { return Err(fail()) };
    if prefix > width(address) { Err(fail()) } else { Ok(Cidr { address, prefix }) }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with the bits beyond a prefix cleared.
fn mask(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(u32::from(32u8.saturating_sub(prefix))).unwrap_or(0);
            IpAddr::from((v4.to_bits() & mask).to_be_bytes())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(u32::from(128u8.saturating_sub(prefix))).unwrap_or(0);
            IpAddr::from((v6.to_bits() & mask).to_be_bytes())
        }
    }
}

impl Cidr {
    fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4()
            && mask(address, self.prefix) == mask(self.address, self.prefix)
    }
}

/// An IPv4 address that is written within IPv6 is that IPv4 address.
fn ip_value(address: IpAddr) -> Value {
    Value::Opaque(Arc::new(Ip(address.to_canonical())))
}

fn cidr_value(block: Cidr) -> Value {
    Value::Opaque(Arc::new(block))
}

fn as_ip(value: Option<&Value>) -> Option<IpAddr> {
    match value {
        Some(Value::Opaque(value)) => value.as_any().downcast_ref::<Ip>().map(|ip| ip.0),
        _ => None,
    }
}

fn as_cidr(value: Option<&Value>) -> Option<&Cidr> {
    match value {
        Some(Value::Opaque(value)) => value.as_any().downcast_ref(),
        _ => None,
    }
}

fn to_ip(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    parse_ip(text).map(ip_value)
}

fn to_cidr(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    parse_cidr(text).map(cidr_value)
}

fn is_ip(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    Ok(Value::Bool(parse_ip(text).is_ok()))
}

fn is_cidr(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    Ok(Value::Bool(parse_cidr(text).is_ok()))
}

fn is_canonical(args: &[Value]) -> Outcome {
    let [Value::String(text)] = args else { return Err(misfit(args)) };
    Ok(Value::Bool(parse_ip(text)?.to_string() == **text))
}

fn cidr_address(args: &[Value]) -> Outcome {
    as_cidr(args.first()).map(|block| ip_value(block.address)).ok_or_else(|| misfit(args))
}

fn test_ip(args: &[Value], test: fn(IpAddr) -> bool) -> Outcome {
    as_ip(args.first()).map(|address| Value::Bool(test(address))).ok_or_else(|| misfit(args))
}

fn family(args: &[Value]) -> Outcome {
    let address = as_ip(args.first()).ok_or_else(|| misfit(args))?;
    Ok(Value::Int(if address.is_ipv4() { 4 } else { 6 }))
}

fn is_unspecified(args: &[Value]) -> Outcome {
    test_ip(args, |address| address.is_unspecified())
}

fn is_loopback(args: &[Value]) -> Outcome {
    test_ip(args, |address| address.is_loopback())
}

fn link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => matches!(v4.octets(), [224, 0, 0, _]),
        IpAddr::V6(v6) => matches!(v6.segments(), [first, ..] if first & 0xff0f == 0xff02),
    }
}

fn link_local_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

fn is_link_local_multicast(args: &[Value]) -> Outcome {
    test_ip(args, link_local_multicast)
}

fn is_link_local_unicast(args: &[Value]) -> Outcome {
    test_ip(args, link_local_unicast)
}

fn is_global_unicast(args: &[Value]) -> Outcome {
    test_ip(args, |address| {
        let broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
        !(broadcast
            || address.is_unspecified()
            || address.is_loopback()
            || address.is_multicast()
            || link_local_unicast(address))
    })
}

fn contains_ip(args: &[Value]) -> Outcome {
    let block = as_cidr(args.first()).ok_or_else(|| misfit(args))?;
    let address = match args.get(1) {
        Some(Value::String(text)) => parse_ip(text)?.to_canonical(),
        other => as_ip(other).ok_or_else(|| misfit(args))?,
    };
    Ok(Value::Bool(block.contains(address)))
}

fn contains_cidr(args: &[Value]) -> Outcome {
    let block = as_cidr(args.first()).ok_or_else(|| misfit(args))?;
    let parsed;
    let other = match args.get(1) {
        Some(Value::String(text)) => {
            parsed = parse_cidr(text)?;
            &parsed
        }
        other => as_cidr(other).ok_or_else(|| misfit(args))?,
    };
    Ok(Value::Bool(block.prefix <= other.prefix && block.contains(other.address)))
}

fn masked(args: &[Value]) -> Outcome {
    let block = as_cidr(args.first()).ok_or_else(|| misfit(args))?;
    Ok(cidr_value(Cidr { address: mask(block.address, block.prefix), prefix: block.prefix }))
}

fn is_mask(args: &[Value]) -> Outcome {
    let block = as_cidr(args.first()).ok_or_else(|| misfit(args))?;
    Ok(Value::Bool(mask(block.address, block.prefix) == block.address))
}

fn prefix_length(args: &[Value]) -> Outcome {
    let block = as_cidr(args.first()).ok_or_else(|| misfit(args))?;
    Ok(Value::Int(block.prefix.into()))
}
