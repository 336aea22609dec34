import { serveRequests } from '../process/child-requests.ts';
import { fastestForms, type KernelOptions } from './fastest-forms.ts';

serveRequests((options) => fastestForms(options as KernelOptions));
