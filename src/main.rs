//! The `irc` command.

fn main() -> std::process::ExitCode {
    irc::cli::main()
}
