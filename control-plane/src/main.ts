#!/usr/bin/env node
// Broker, ingest, store and API come next. Until then this says so and fails, rather than pretending to run.
process.stderr.write('The control plane is not built yet. The agent works with any MQTT broker.\n');
process.exitCode = 69;
