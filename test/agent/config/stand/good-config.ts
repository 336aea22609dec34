/** Of agent.yaml what must be there, its camera last: a test adds to it, or replaces. */
export const GOOD = `site: works
device: pi-1
state: state
broker:
  url: mqtt://127.0.0.1
slots:
  main:
    package: models/parts
cameras:
  cam0:
    slot: main
    source:
      kind: directory
      path: pictures
`;
