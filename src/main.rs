//! The `irc` command.

/// A check makes some thousand small things for each file; that of musl takes one lock for all threads, besides.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    irc::cli::main()
}
