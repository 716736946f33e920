//! The command line: its options and subcommands, and how a process of it runs and ends.

use crate::commands::{
    bundle, config, doctor, explain, fault, images, installation, list, rbac, replay, report, run, sweep,
};
use crate::crash;
use crate::error::CliError;
use crate::output::{print, start_logging, tell};
use ::run::Registry;
use clap::{Args, CommandFactory, Parser, Subcommand};
use inputs::{InputLayers, ProviderKind, Supply};
use serde_json::Value;
use std::path::PathBuf;
use vocabulary::{ExitCode, Tier};

const ABOUT: &str = "Tells whether a cluster that combines an Istio service mesh with Knative is integrated as \
                     \"Integrating Service Mesh with OpenShift Serverless\" requires.";

const AFTER: &str = "Without a cluster named, the checks judge the recording of a reference cluster.
Nothing runs against a cluster that was not named, and a live cluster is only read unless `--allow` says more.

Examples:
  meshproof                                        see what it does, without a cluster
  meshproof run --context prod                     a read-only audit of a cluster of yours
  meshproof run mesh gateways::local --context prod   two suites' worth of it
  meshproof up && meshproof run --provider kind    a kind cluster with the whole stack, then all checks
  meshproof explain mesh::mtls::is_strict_mesh_wide   what a check proves, and where that is required";

#[derive(Debug, Parser)]
#[command(name = "meshproof", version, about = ABOUT, after_help = AFTER, max_term_width = 100)]
struct CommandLine {
    #[command(flatten)]
    global: GlobalArguments,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge a cluster; without one named, the recording of a reference cluster
    Run(run::RunArguments),
    /// List the checks
    List(list::ListArguments),
    /// Tell what a check proves, where that is required, and what its failures look like
    Explain(explain::ExplainArguments),
    /// Tell what this machine has of what meshproof can use
    Doctor,
    /// Make a kind cluster where it is missing, and install the whole stack on it
    Up(installation::UpArguments),
    /// Install the stack on the kind cluster
    Install(installation::InstallArguments),
    /// Remove the stack, and leave the kind cluster
    Uninstall,
    /// Delete the kind cluster, if meshproof made it
    Down,
    /// Break the kind cluster in known ways, see that the checks tell, and put everything back
    Fault(fault::FaultArguments),
    /// Remove what killed runs left in a cluster
    Sweep,
    /// Judge the bundle of a run again, without its cluster
    Replay(replay::ReplayArguments),
    /// Make the reports of a run again from its journal, also of a run that was killed
    Report(report::ReportArguments),
    /// Look into the bundle of a run
    Bundle(bundle::BundleArguments),
    /// List the images that a cluster has to be able to pull
    Images(images::ImagesArguments),
    /// Print the smallest role with which a run is permitted all that its checks need
    Rbac(rbac::RbacArguments),
    /// Show every input, its value and where it came from
    Config(config::ConfigArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Options of every subcommand.
#[derive(Debug, Clone, Args)]
struct GlobalArguments {
    /// The inputs file [default: meshproof.toml, where it exists]
    #[arg(long, global = true, env = "MESHPROOF_CONFIG", value_name = "FILE", help_heading = "Inputs")]
    config: Option<PathBuf>,
    /// Where the cluster comes from
    #[arg(long, global = true, value_enum, help_heading = "Inputs")]
    provider: Option<ProviderKind>,
    /// The kubeconfig context of a live cluster; never guessed
    #[arg(long, global = true, value_name = "NAME", help_heading = "Inputs")]
    context: Option<String>,
    /// The kubeconfig of a live cluster
    #[arg(long, global = true, value_name = "FILE", help_heading = "Inputs")]
    kubeconfig: Option<PathBuf>,
    /// The flavour, instead of the one that is detected: upstream, ossm2, ossm3
    #[arg(long, global = true, value_name = "NAME", help_heading = "Inputs")]
    flavour: Option<String>,
    /// What the run may do to a live cluster
    #[arg(long, global = true, value_enum, value_name = "TIER", help_heading = "Inputs")]
    allow: Option<Tier>,
    /// Where images and manifests of the stack come from
    #[arg(long, global = true, value_enum, help_heading = "Inputs")]
    supply: Option<Supply>,
    /// One factor on every check's budget
    #[arg(long, global = true, value_name = "NUMBER", help_heading = "Inputs")]
    budget_factor: Option<f64>,
    /// The folder that runs are written to
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Inputs")]
    out: Option<PathBuf>,
    /// Say more on stderr; twice for all requests
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

impl GlobalArguments {
    fn layers(&self) -> InputLayers {
        let text = |path: &Option<PathBuf>| path.as_ref().map(|path| Value::from(path.display().to_string()));
        let flags = [
            ("provider", json(self.provider)),
            ("context", self.context.clone().map(Value::from)),
            ("kubeconfig", text(&self.kubeconfig)),
            ("flavour", self.flavour.clone().map(Value::from)),
            ("allow", json(self.allow)),
            ("supply", json(self.supply)),
            ("budget_factor", self.budget_factor.map(Value::from)),
            ("out", text(&self.out)),
        ];
        InputLayers {
            file: self.config.clone(),
            flags: flags.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect(),
            ..InputLayers::default()
        }
    }
}

fn json<T: serde::Serialize>(value: Option<T>) -> Option<Value> {
    value.and_then(|value| serde_json::to_value(value).ok())
}

/// Runs the command line of this process, and says how it ended.
pub fn main(registry: &Registry) -> ExitCode {
    crash::catch(|| run_command(registry))
}

fn run_command(registry: &Registry) -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            // Help and version are no errors; clap tells them apart and prints to the right stream.
            let is_error = error.use_stderr();
            let _ = error.print();
            return if is_error { ExitCode::Usage } else { ExitCode::Passed };
        }
    };
    start_logging(command_line.global.verbose);
    let command = command_line.command.unwrap_or_else(|| Command::Run(run::RunArguments::default()));
    match dispatch(registry, &command_line.global, command) {
        Ok(code) => code,
        Err(error) => {
            tell(&error.render());
            error.exit_code()
        }
    }
}

fn dispatch(registry: &Registry, global: &GlobalArguments, command: Command) -> Result<ExitCode, CliError> {
    match command {
        Command::Run(arguments) => run::main(registry, global.layers(), &arguments),
        Command::List(arguments) => list::main(registry, &arguments),
        Command::Explain(arguments) => explain::main(registry, &arguments),
        Command::Doctor => doctor::main(&global.layers()),
        Command::Up(arguments) => installation::up(&global.layers(), &arguments),
        Command::Install(arguments) => installation::install(&global.layers(), &arguments),
        Command::Uninstall => installation::uninstall(&global.layers()),
        Command::Down => installation::down(&global.layers()),
        Command::Fault(arguments) => fault::main(registry, &global.layers(), &arguments),
        Command::Sweep => sweep::main(registry, &global.layers()),
        Command::Replay(arguments) => replay::main(registry, &global.layers(), &arguments),
        Command::Report(arguments) => report::main(registry, &arguments),
        Command::Bundle(arguments) => bundle::main(&arguments),
        Command::Images(arguments) => images::main(&global.layers(), &arguments),
        Command::Rbac(arguments) => rbac::main(registry, &global.layers(), &arguments),
        Command::Config(arguments) => config::main(registry, global.layers(), &arguments),
        Command::Completions { shell } => {
            // It panics where it cannot write, which it always can to memory.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut CommandLine::command(), "meshproof", &mut script);
            print(&String::from_utf8_lossy(&script))?;
            Ok(ExitCode::Passed)
        }
    }
}
