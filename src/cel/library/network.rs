//! IP addresses and CIDR blocks.

use super::{BOOL, Function, INT, Outcome, Overload, STRING, Sig, extension};
use crate::cel::value::Value;

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
        "prefixLength",
        "the number of bits of the block's prefix",
        &[Overload::member("cidr_prefix_length", &[CIDR], INT, prefix_length)],
    ),
];

pub(crate) fn to_ip(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn cidr_address(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_ip(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_canonical(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn family(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_unspecified(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_loopback(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_link_local_multicast(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_link_local_unicast(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_global_unicast(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn to_cidr(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn is_cidr(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn contains_ip(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn contains_cidr(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn masked(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}

pub(crate) fn prefix_length(_: &[Value]) -> Outcome {
    Err(crate::cel::value::EvalErrorKind::Unsupported(String::new()))
}
