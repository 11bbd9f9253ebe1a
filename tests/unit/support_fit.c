/* A rendering, fitted, in a buffer of its own. */
#include "support_fit.h"

#include "../../agent/render/fitted.h"

const char *support_fit(const struct rendering *rendering, uint32_t columns, bool stale)
{
    static char out[FITTED_MAX];
    rendering_fitted(rendering, columns, stale, out);
    return out;
}
