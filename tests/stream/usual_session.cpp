// SPDX-License-Identifier: Apache-2.0
#include "stream/usual_session.hpp"

namespace unguard {

template class LiveFilter<UsualCleaning>;
template class SessionHeart<UsualCleaning>;
template class LivePipeline<UsualCleaning>;
template Result<LivePipeline<UsualCleaning>> try_start(const Pipeline<UsualCleaning>&, const StreamFormat&);

}  // namespace unguard
