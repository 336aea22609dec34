import type { Command } from 'commander';
import type { Cli } from './cli.ts';

type Fill = (command: Command, cli: Cli) => void;

interface Noun {
  readonly name: string;
  readonly description: string;
  /** Not shown: for programs. */
  readonly hidden?: true;
  /** Its module, which is loaded when it is asked for. */
  readonly load: () => Promise<Fill>;
}

/** Everything that `edgeloop` is asked for first, in the order of its help. */
const NOUNS: readonly Noun[] = [
  {
    name: 'devices',
    description: 'the fleet: what runs where, credentials, tags, configuration',
    load: async () => (await import('./devices/devices-command.ts')).addDevices,
  },
  {
    name: 'detections',
    description: 'what devices saw, as a history and live',
    load: async () => (await import('./detections/detections-command.ts')).addDetections,
  },
  {
    name: 'tasks',
    description: 'what models are trained for: classes, aliases, training, budgets',
    load: async () => (await import('./tasks/tasks-command.ts')).addTasks,
  },
  {
    name: 'samples',
    description: 'pictures worth a label',
    load: async () => (await import('./samples/samples-command.ts')).addSamples,
  },
  {
    name: 'labels',
    description: 'what people say of samples, and the queue of what to label next',
    load: async () => (await import('./labels/labels-command.ts')).addLabels,
  },
  {
    name: 'datasets',
    description: 'frozen versions of what is labelled; import and export',
    load: async () => (await import('./datasets/datasets-command.ts')).addDatasets,
  },
  {
    name: 'jobs',
    description: 'trainings: start, watch, cancel, retry',
    load: async () => (await import('./jobs/jobs-command.ts')).addJobs,
  },
  {
    name: 'models',
    description: 'the registry of models',
    load: async () => (await import('./models/models-command.ts')).addModels,
  },
  {
    name: 'rollouts',
    description: 'models and configurations on their way to the fleet',
    load: async () => (await import('./rollouts/rollouts-command.ts')).addRollouts,
  },
  {
    name: 'configurations',
    description: 'versioned settings for devices',
    load: async () =>
      (await import('./configurations/configurations-command.ts')).addConfigurations,
  },
  {
    name: 'enrolment-tokens',
    description: 'what lets devices in',
    load: async () => (await import('./enrolment/enrolment-tokens-command.ts')).addEnrolmentTokens,
  },
  {
    name: 'tokens',
    description: 'what lets programs use the API',
    load: async () => (await import('./tokens/tokens-command.ts')).addTokens,
  },
  {
    name: 'people',
    description: 'who may log in with a browser',
    load: async () => (await import('./people/people-command.ts')).addPeople,
  },
  {
    name: 'subscribers',
    description: 'read-only accounts of the broker',
    load: async () => (await import('./subscribers/subscribers-command.ts')).addSubscribers,
  },
  {
    name: 'webhooks',
    description: 'events, posted to a URL',
    load: async () => (await import('./webhooks/webhooks-command.ts')).addWebhooks,
  },
  {
    name: 'events',
    description: 'what changes, as it changes',
    load: async () => (await import('./events/events-command.ts')).addEvents,
  },
  {
    name: 'audit',
    description: 'who changed what, when',
    load: async () => (await import('./audit/audit-command.ts')).addAudit,
  },
  {
    name: 'keys',
    description: 'keys that sign packages and assignments, and the root that says whose count',
    load: async () => (await import('./keys/keys-command.ts')).addKeys,
  },
  {
    name: 'backup',
    description: 'copy a data folder, also while a control plane uses it',
    load: async () => (await import('./backup/backup-command.ts')).addBackup,
  },
  {
    name: 'restore',
    description: 'check a backup, and make a data folder from it',
    load: async () => (await import('./backup/restore-command.ts')).addRestore,
  },
  {
    name: 'login',
    description: 'write down a server and a token for it',
    load: async () => (await import('./settings/login-command.ts')).addLogin,
  },
  {
    name: 'logout',
    description: 'forget a token',
    load: async () => (await import('./settings/logout-command.ts')).addLogout,
  },
  {
    name: 'settings',
    description: 'which server and token hold, and where each comes from',
    load: async () => (await import('./settings/settings-command.ts')).addSettings,
  },
  {
    name: 'whoami',
    description: 'whom the server takes the token for; a link into the dashboard',
    load: async () => (await import('./settings/whoami-command.ts')).addWhoami,
  },
  {
    name: 'retention',
    description: 'what is kept how long, and how much room there is; set it',
    load: async () => (await import('./retention/retention-command.ts')).addRetention,
  },
  {
    name: 'doctor',
    description: 'find what is wrong, and say how to mend it',
    load: async () => (await import('./doctor/doctor-command.ts')).addDoctor,
  },
  {
    name: 'metrics',
    description: "the control plane's figures, in Prometheus' text format",
    load: async () => (await import('./doctor/metrics-command.ts')).addMetrics,
  },
  {
    name: 'completion',
    description: 'a script that completes commands, for bash, zsh or fish',
    load: async () => (await import('./completion/completion-command.ts')).addCompletion,
  },
  {
    name: 'complete',
    description: 'candidates for a word: the scripts of completion ask',
    hidden: true,
    load: async () => (await import('./completion/complete-command.ts')).addComplete,
  },
  {
    name: 'help',
    description: 'of a command, or of exit-codes',
    load: async () => (await import('./help/help-command.ts')).addHelp,
  },
];

/** Names and descriptions alone; a noun is filled when it, or its help, is asked for. */
export function addNouns(program: Command, cli: Cli): void {
  for (const { name, description, hidden = false } of NOUNS) {
    program.command(name, { hidden }).description(description);
  }
  program.hook('preSubcommand', (_program, command) => cli.fill(command));
}

/** With its commands and options. Again: nothing. */
export async function fillNoun(command: Command, cli: Cli): Promise<void> {
  const noun = NOUNS.find(({ name }) => name === command.name());
  if (!noun || filled.has(command)) return;
  filled.add(command);
  (await noun.load())(command, cli);
}

const filled = new WeakSet<Command>();
