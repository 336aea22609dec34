#!/usr/bin/env node
// Needs the control plane. Until it is there this says so and fails, rather than pretending to run.
process.stderr.write(
  'npm start is not built yet: it needs the control plane. README.md shows what runs today.\n',
);
process.exitCode = 69;
