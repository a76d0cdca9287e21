import { describeTour } from './tour.ts';

describeTour('the tour, on the entry files', () => ({}));
