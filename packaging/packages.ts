interface Program {
  readonly name: string;
  /** Of the workspace's dist/. */
  readonly module: string;
  /** The script of packaging/debian that becomes it. */
  readonly script: 'program' | 'program-as-service' | 'edgeloop-agent' | 'edgeloop-trainer';
}

interface BundledModule {
  readonly workspace: string;
  /** Of the workspace's dist/. */
  readonly module: string;
}

/** A Debian package of one process, with all that it needs. */
export interface Package {
  /** Of the package, its user, its unit and its folders. */
  readonly name: string;
  /** The npm workspace that it is made of. */
  readonly workspace: 'agent' | 'control-plane' | 'trainer';
  readonly summary: string;
  /** Lines of the long description. */
  readonly description: readonly string[];
  readonly suggests: readonly string[];
  /** In /usr/bin. */
  readonly programs: readonly Program[];
  /**
   * What becomes one file each, of its own programs and of those that they start: for a small
   * machine with a slow card.
   */
  readonly bundled: readonly BundledModule[];
  /** The file of /etc/edgeloop, as it is named in packaging/default. */
  readonly configuration: string;
  /** Documents of docs/, for whoever looks into /usr/share/doc on the device. */
  readonly documents: readonly string[];
}

export const PACKAGES: readonly Package[] = [
  {
    name: 'edgeloop-agent',
    workspace: 'agent',
    summary: 'looks at cameras through a quantized model, and tells by MQTT',
    description: [
      'The daemon on the device: frames of its cameras go through a model, and what it',
      'sees is kept in an outbox until it is stored. Models and settings come from an',
      'Edgeloop control plane, signed; one that does not prove itself is taken back.',
    ],
    suggests: ['ffmpeg', 'rpicam-apps'],
    programs: [{ name: 'edgeloop-agent', module: 'main.js', script: 'edgeloop-agent' }],
    bundled: [
      { workspace: 'agent', module: 'main.js' },
      { workspace: 'agent', module: 'outbox/outbox-worker.js' },
      { workspace: 'onnx', module: 'session/inference-child.js' },
    ],
    configuration: 'agent.yaml',
    documents: ['install.md', 'services.md', 'agent.md', 'devices.md', 'updates.md'],
  },
  {
    name: 'edgeloop-control-plane',
    workspace: 'control-plane',
    summary: 'broker, store, dashboard and API of a fleet of Edgeloop agents',
    description: [
      'Takes in what agents see, collects what is worth labelling, and brings better',
      'models to the fleet, a few devices first.',
    ],
    suggests: ['prometheus', 'grafana'],
    programs: [
      { name: 'edgeloop-control-plane', module: 'main.js', script: 'program-as-service' },
      { name: 'edgeloop', module: 'cli/main.js', script: 'program' },
    ],
    bundled: [],
    configuration: 'control-plane.env',
    documents: ['install.md', 'services.md', 'control-plane.md', 'cli.md', 'devices.md'],
  },
  {
    name: 'edgeloop-trainer',
    workspace: 'trainer',
    summary: 'trains, quantizes and evaluates models for Edgeloop',
    description: [
      'Takes training jobs from an Edgeloop control plane, one at a time, and brings',
      'back signed model packages. Runs on the processor, or on a graphics card.',
    ],
    suggests: [],
    programs: [{ name: 'edgeloop-trainer', module: 'main.js', script: 'edgeloop-trainer' }],
    bundled: [],
    configuration: 'trainer.env',
    documents: ['install.md', 'services.md', 'training.md'],
  },
];
