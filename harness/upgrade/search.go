package upgrade

import (
	"context"
	"errors"
	"fmt"
)

// ErrSkip is matched by the error of a probe that cannot tell: a version that is not
// to be had, or does not build. The search goes on beside it.
var ErrSkip = errors.New("cannot be tried")

// search finds the first of n steps at which probe tells true, by halving. Step 0 is
// known to be false and step n-1 to be true. Steps that cannot be tried are left out;
// where all between two steps are, the later one is first, with the last that is
// known to be false before it.
func search(ctx context.Context, n int, probe func(ctx context.Context, step int) (bool, error)) (last, first int, err error) {
	last, first = 0, n-1
	skipped := map[int]bool{}
	for {
		step, ok := middle(last, first, skipped)
		if !ok {
			return last, first, nil
		}
		changed, err := probe(ctx, step)
		switch {
		case errors.Is(err, ErrSkip):
			skipped[step] = true
		case err != nil:
			return last, first, err
		case changed:
			first = step
		default:
			last = step
		}
	}
}

// middle is the step nearest to the middle that was not skipped.
func middle(last, first int, skipped map[int]bool) (int, bool) {
	for away := 0; away < first-last; away++ {
		for _, step := range []int{(last+first)/2 - away, (last+first)/2 + away} {
			if step > last && step < first && !skipped[step] {
				return step, true
			}
		}
	}
	return 0, false
}

func skip(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrSkip, fmt.Errorf(format, args...))
}
