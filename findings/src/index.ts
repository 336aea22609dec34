export { checkCertificate } from './check-certificate.ts';
export { checkClock } from './check-clock.ts';
export { type Finding, ok, problem, warning } from './finding.ts';
