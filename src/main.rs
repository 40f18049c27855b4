//! The `irc` command.

/// Checking a definition makes many small things and drops them at once; that of musl takes one lock for all threads, too.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    irc::cli::main()
}
